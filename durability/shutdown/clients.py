"""Who writes while the server is told to stop: each request adds one task with a title of its own."""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from durability.shutdown.people import TASKS, Person
from durability.shutdown.wire import Line, Torn, Unanswered

KINDS = {"steady": 12, "slow": 4, "fresh": 4, "idle": 12}
"""How many of each: `steady` asks again as soon as it has an answer; `slow` sends half of a body late; `fresh` opens a
connection for each request; `idle` keeps its connection and waits between requests."""
SLOW_SECONDS, IDLE_SECONDS = 0.3, 2.5


@dataclass
class Round:
    """What became of the requests of one load, by title. `late` is when the last connection was accepted (monotonic)."""

    number: int
    acknowledged: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)
    """On a connection that had just been opened, or that was not idle: must not happen."""
    closed_on: set[str] = field(default_factory=set)
    """On a connection that had been idle: the server closed it meanwhile."""
    broken: list[str] = field(default_factory=list)
    late: float = 0.0


@asynccontextmanager
async def writing(port: int, people: list[Person], found: Round, chance: random.Random) -> AsyncIterator[None]:
    """All of them at work; on leaving, until the server takes no more connections."""
    kinds = [kind for kind, count in KINDS.items() for _ in range(count)]
    tasks = [
        asyncio.create_task(
            _Client(port, people[place % len(people)], kind, found, random.Random(chance.random())).write(place)  # noqa: S311
        )
        for place, kind in enumerate(kinds)
    ]
    try:
        yield
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


class _Client:
    def __init__(self, port: int, person: Person, kind: str, found: Round, chance: random.Random) -> None:
        self._port = port
        self._person = person
        self._kind = kind
        self._found = found
        self._chance = chance
        self._line: Line | None = None

    async def write(self, place: int) -> None:
        """Until a connection is refused."""
        for count in itertools.count():
            if self._kind == "idle":
                await asyncio.sleep(self._chance.uniform(0, IDLE_SECONDS))
            if self._line is None:
                try:
                    self._line = await Line.open(self._port)
                except OSError:
                    return
                self._found.late = time.monotonic()
            keep = await self._add(self._line, f"{self._found.number}/{place}/{count} {self._kind}")
            if not keep or self._kind == "fresh":
                self._line.close()
                self._line = None

    async def _add(self, line: Line, title: str) -> bool:
        """Whether the connection may be used again."""
        found, pause = self._found, self._chance.uniform(0, SLOW_SECONDS) if self._kind == "slow" else 0
        try:
            answer = await line.ask("POST", TASKS, self._person.token, {"title": title}, pause)
        except Unanswered:
            (found.closed_on if self._kind == "idle" and line.asked > 1 else found.unanswered).add(title)
            return False
        except Torn as torn:
            found.broken.append(f"{title}: {torn}")
            return False
        if answer.status != 201 or answer.body["task"]["title"] != title:
            found.broken.append(f"{title}: {answer.status} {str(answer.body)[:200]}")
            return False
        found.acknowledged.add(title)
        return not answer.closing
