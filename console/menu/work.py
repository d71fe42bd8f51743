"""What the menu does with the tasks: in a thread, one thing after the other, so that a slow server freezes nothing."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from console.task import Task
from console.tasks import Tasks
from todo.errors import ChangedMeanwhile, TodoError


class Outcome(NamedTuple):
    """What came of it."""

    said: str
    done: bool
    tasks: Sequence[Task] | None
    """As they are now; None where they cannot be read."""


class Work:
    """The tasks behind the menu."""

    def __init__(self, tasks: Tasks) -> None:
        self.tasks = tasks
        self._one_by_one = threading.Lock()

    def do(self, change: Callable[[], str]) -> Outcome:
        """Make a change, which answers what to say, and read the tasks. A refusal is said, and never raised."""
        with self._one_by_one:
            said, done = _tried(change)
            found: list[Sequence[Task]] = []

            def read() -> str:
                found.append(self.tasks.find())
                return ""

            unread, _ = _tried(read)
            notices = [*dict.fromkeys(self.tasks.notices)]
            self.tasks.notices.clear()
        words = [said, *([unread] if done else []), *notices]
        return Outcome(" ".join(word for word in words if word), done, found[0] if found else None)

    def require_same(self, seen: Task) -> None:
        """Raises `ChangedMeanwhile` where a task is no longer what the person saw, and `TaskNotFound`."""
        if self.tasks.get(seen.id) != seen:
            raise ChangedMeanwhile(f"Task {seen.id} was changed elsewhere; this is how it is now. Nothing was done.")


def _tried(change: Callable[[], str]) -> tuple[str, bool]:
    try:
        return change(), True
    except TodoError as error:
        return str(error), False
    except OSError as error:
        return f"{error.filename or 'The system'}: {error.strerror}.", False
