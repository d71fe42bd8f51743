"""Some steps on fresh tasks, through every door; the first difference ends it."""

import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from console.local import LocalTasks
from parity import compare, many, named
from parity.api import Api
from parity.doors import ConsoleDoor
from parity.http import HttpDoor
from parity.model import Fields, Model
from parity.step import Step
from parity.words import Words, operation
from todo.errors import TaskNotFound
from todo.storage import TaskFile

STEPS = 200
_COMMANDS = 0.01
"""The share of steps that are taken by the program itself."""
_QUIET = 0.15
"""The share of steps that ask for ids alone."""
_LARGE = 40
"""One episode in so many ends with steps on thousands of tasks."""


@dataclass
class Doors:
    """The places of one episode, all empty at first."""

    file: Path
    on_file: ConsoleDoor
    on_account: ConsoleDoor
    account: Api
    http: HttpDoor
    model: Model = field(default_factory=Model)
    seen: dict[str, dict[int, Fields]] = field(default_factory=dict)

    def take(self, step: Step) -> str | None:
        """One step through all of them; what differs."""
        numbers = _named(self.model, step.words)
        lines = many.titles(step.piped)
        expected = self.model.do(step.words, lines)
        doors = (self.on_file, self.on_account)
        told = [door.call(step.typed, as_command=step.as_command, piped=lines) for door in doors]
        wrong = compare.calls(told[0], told[1], expected, as_json=step.as_json, quiet=step.quiet)
        if wrong:
            return wrong
        answer = self.http.do(step.words, self.seen.get("the API", {}), numbers, step.piped)
        if answer is not None:
            wrong = compare.answer(answer, expected)
        return wrong or self._look(undoing=step.words[0] == "undo")

    def _look(self, *, undoing: bool) -> str | None:
        places = {
            "the file": [task.as_json() for task in LocalTasks(TaskFile(self.file), None, None).find()],
            "the account": self.account.tasks(),
            "the API": self.http.api.tasks(),
        }
        for place, found in places.items():
            now = {task.get("number", task["id"]): task for task in found}
            wrong = compare.state(place, found, self.model.tasks) or compare.times(
                place, self.seen.get(place, {}), now, self.model.touched, undoing=undoing
            )
            if wrong:
                return wrong
            self.seen[place] = now
        return None


@contextmanager
def doors(url: str) -> Iterator[Doors]:
    """Fresh ones on this server: a file, and two accounts."""
    with tempfile.TemporaryDirectory(prefix="todo-parity-", dir=_memory()) as name:
        folder = Path(name)
        file = {"TODO_STORAGE_FILE": str(folder / "tasks.json"), "TODO_CONFIG_DIR": str(folder / "config")}
        account, http = Api(url, register(url)[1]), HttpDoor(Api(url, register(url)[1]))
        token = account.ask("POST", "/api/auth/tokens", {"name": "parity"})[1]["token"]
        try:
            yield Doors(
                folder / "tasks.json",
                ConsoleDoor(file),
                ConsoleDoor({**file, "TODO_SERVER": url, "TODO_TOKEN": token}),
                account,
                http,
            )
        finally:
            account.close()
            http.api.close()


def run(url: str, steps: Iterable[Step]) -> str | None:
    """These steps; what differs after the last of them, or the first that does."""
    with doors(url) as places:
        return next((wrong for step in steps if (wrong := places.take(step))), None)


def episode(url: str, seed: int, number: int) -> tuple[list[Step], str | None]:
    """The steps of an episode, as far as they were taken, and what differed."""
    chance = Random(f"{seed}/{number}")  # noqa: S311
    taken: list[Step] = []
    with doors(url) as places:
        for place in range(STEPS + (many.STEPS if number % _LARGE == _LARGE - 1 else 0)):
            present, piped = list(places.model.tasks), 0
            if place < STEPS:
                words = operation(chance, present)
            else:
                words, piped = many.operation(chance, present)
            step = Step(words, chance.random() < 0.6, chance.random() < _COMMANDS, piped, chance.random() < _QUIET)
            taken.append(step)
            wrong = places.take(step)
            if wrong:
                return taken, wrong
    return taken, None


def _named(model: Model, words: Words) -> list[int]:
    """The numbers that are named together, where they are in order."""
    try:
        return named.numbers([word for word in words[1:] if word != "--"], model.tasks)
    except TaskNotFound:
        return []


def register(url: str) -> tuple[dict[str, str], str]:
    """Somebody with an account, and an access token."""
    person = {"email": f"{secrets.token_hex(8)}@example.com", "password": "a quiet garden in October"}
    stranger = Api(url, "")
    status, body = stranger.ask("POST", "/api/auth/register", person)
    stranger.close()
    assert status == 201, body  # noqa: S101
    return person, str(body["token"]["access_token"])


def _memory() -> str | None:
    """A folder in memory, where there is one: what a disk does to files is tried elsewhere."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
