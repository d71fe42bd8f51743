"""The one question that the console asks."""

import sys

from console import streams
from todo.errors import TodoError


class NotConfirmed(TodoError):
    """The person did not say yes; nothing was done."""


def confirm_clearing(count: int, *, completed: bool) -> None:
    """Ask before tasks are deleted. Raises `NotConfirmed`, also where there is no terminal to ask on."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise NotConfirmed("Clearing deletes tasks: without a terminal it needs --yes.")
    if count == 0:
        return
    kind = "completed task" if completed else "task"
    streams.write(sys.stderr, f"Delete {count} {kind}{'' if count == 1 else 's'}? [y/N] ")
    if sys.stdin.buffer.readline().strip().lower() not in (b"y", b"yes"):
        raise NotConfirmed("Nothing was deleted.")
