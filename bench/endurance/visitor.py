"""One of the hundred: does what people do, knows what must come of it, and looks whether it did."""

import asyncio
import random
import re
import secrets

from bench import people
from bench.cells import MIX
from bench.endurance.connection import Answer, Broken
from bench.endurance.session import Session, Wrong
from bench.endurance.tally import Tally
from bench.people import Person

_TASKS = "/api/v1/tasks"
_PAGE = 50
_DRAWN = [kind for kind, weight in MIX for _ in range(weight)]
_LOOKED_AT = 0.1
"""Share of the writes after which the task is read back."""
_KEYED = 0.5
"""Share of the creations that carry an Idempotency-Key."""
_NUMBER = re.compile(rb'"number":(\d+),')
_FOUND = people.SEARCH.capitalize().encode()


class Visitor:
    """The person at `place`, who has the tasks that bench/people.py filled in."""

    def __init__(self, place: int, person: Person, url: str) -> None:
        self._chance = random.Random(place)  # noqa: S311 - the same load each time
        self._session = Session(place, person, url)
        self._numbers = list(range(1, people.TASKS + 1))
        self._deeds = {
            "list": self._list,
            "search": self._search,
            "get": self._get,
            "create": self._create_or_delete,
            "delete": self._create_or_delete,
            "update": self._update,
            "toggle": self._toggle,
            "renew": self._session.renew,
        }

    async def sign_in(self) -> None:
        """Once, before everything else."""
        await self._session.sign_in(self._chance)

    async def visit(self, tally: Tally, seconds: float, pause: float) -> None:
        """For so many seconds, with pauses of `pause` seconds on average, or none."""
        self._session.begin(tally)
        while True:
            rest = self._chance.expovariate(1 / pause) if pause else 0.0
            if self._session.elapsed + rest >= seconds:
                return
            if rest:
                await asyncio.sleep(rest)
            kind = "renew" if self._session.due else self._chance.choice(_DRAWN)
            try:
                await self._deeds[kind]()
            except Wrong as wrong:
                tally.fail(kind, self._session.elapsed, str(wrong))
            except Broken as broken:
                tally.fail(kind, self._session.elapsed, str(broken))
                await asyncio.sleep(1)  # as people do, before they try again

    def leave(self) -> None:
        """Closes the connection."""
        self._session.leave()

    async def _list(self) -> None:
        answer = await self._session.ask("list", 200, "GET", f"{_TASKS}?limit={_PAGE}")
        _must(self._session.tasks_in(answer) == _PAGE, f"not {_PAGE} tasks")

    async def _search(self) -> None:
        words = people.SEARCH.replace(" ", "%20")
        answer = await self._session.ask("search", 200, "GET", f"{_TASKS}?limit={_PAGE}&q={words}")
        _must(0 < self._session.tasks_in(answer) == answer.body.count(_FOUND), "not the tasks searched for")

    async def _get(self) -> None:
        await self._one("get", "GET", self._any())

    async def _toggle(self) -> None:
        number = self._any()
        answer = await self._one("toggle", "POST", number, "/toggle")
        await self._look(number, 200, answer.body)

    async def _update(self) -> None:
        number, title = self._any(), self._title()
        answer = await self._one("update", "PATCH", number, body=f'{{"title": "{title}"}}')
        _must(f'"title":"{title}",'.encode() in answer.body, "not the new title")
        await self._look(number, 200, answer.body)

    async def _create_or_delete(self) -> None:
        """By turns, so that it can go on for hours."""
        await (self._delete() if len(self._numbers) > people.TASKS else self._create())

    async def _create(self) -> None:
        keyed, title = self._chance.random() < _KEYED, self._title()
        answer = await self._session.ask(
            *("create", 201, "POST", _TASKS),
            headers=f"Idempotency-Key: {secrets.token_hex(16)}\r\n" if keyed else "",
            body=f'{{"title": "{title}", "description": "As said on the telephone."}}',
        )
        self._session.tally.added += 1
        self._session.tally.keyed += keyed
        number = _NUMBER.search(answer.body)
        if number is None or f'"title":"{title}",'.encode() not in answer.body:
            raise Wrong("not the task that was created")
        self._numbers.append(int(number[1]))
        await self._look(self._numbers[-1], 200, answer.body)

    async def _delete(self) -> None:
        place = self._chance.randrange(len(self._numbers))
        self._numbers[place], self._numbers[-1] = self._numbers[-1], self._numbers[place]
        number = self._numbers.pop()
        await self._session.ask("delete", 204, "DELETE", f"{_TASKS}/{number}")
        self._session.tally.removed += 1
        await self._look(number, 404, None)

    async def _look(self, number: int, expected: int, body: bytes | None) -> None:
        """Now and then: whether the task is what the answer to the write said, or gone."""
        if self._chance.random() >= _LOOKED_AT:
            return
        answer = await self._session.ask("get", expected, "GET", f"{_TASKS}/{number}")
        _must(body is None or answer.body == body, "not the task as it was written")
        self._session.tally.read_back += 1

    async def _one(self, kind: str, method: str, number: int, more: str = "", *, body: str = "") -> Answer:
        answer = await self._session.ask(kind, 200, method, f"{_TASKS}/{number}{more}", body=body)
        _must(f'"number":{number},'.encode() in answer.body, "another task")
        return answer

    def _any(self) -> int:
        return self._chance.choice(self._numbers)

    def _title(self) -> str:
        return people.title(self._chance.randint(1, people.TASKS))


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Wrong(otherwise)
