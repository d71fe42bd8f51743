"""What the menu does with the tasks: in a thread, one thing after the other, so that a slow server freezes nothing."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from console.remote.errors import OutcomeUnknown, Unreachable
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
        self._same: Task | None = None
        self._unsure: Task | None = None
        """The task as it was before a change whose answer never came: the same change again does it once."""

    def do(self, change: Callable[[], str]) -> Outcome:
        """Make a change, which answers what to say, and read the tasks. A refusal is said, and never raised."""
        with self._one_by_one:
            self._same = None
            said, error = _tried(change)
            found: list[Sequence[Task]] = []

            def read() -> str:
                found.append(self.tasks.find())
                return ""

            if isinstance(error, OutcomeUnknown):
                self._unsure = self._same or self._unsure
            elif not isinstance(error, Unreachable):
                self._unsure = None
            # Who could not be reached a moment ago is not asked again: that would double the wait.
            unread = "" if isinstance(error, Unreachable) else _tried(read)[0]
            notices = [*dict.fromkeys(self.tasks.notices)]
            self.tasks.notices.clear()
        words = [said, *([] if error else [unread]), *notices]
        return Outcome(" ".join(word for word in words if word), error is None, found[0] if found else None)

    def require_same(self, seen: Task) -> None:
        """Raises `ChangedMeanwhile` where a task is no longer what the person saw, and `TaskNotFound`."""
        if seen == self._unsure:
            self._same = seen
            return
        if self.tasks.get(seen.id) != seen:
            raise ChangedMeanwhile(f"Task {seen.id} was changed elsewhere; this is how it is now. Nothing was done.")
        self._same = seen


def _tried(change: Callable[[], str]) -> tuple[str, Exception | None]:
    try:
        return change(), None
    except TodoError as error:
        return str(error), error
    except OSError as error:
        return f"{error.filename or 'The system'}: {error.strerror}.", error
