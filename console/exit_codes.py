"""What the command tells the program that called it."""

from enum import IntEnum

from console.remote.errors import Refused, TooMany, Unreachable
from todo.errors import ChangedMeanwhile, TaskNotFound


class ExitCode(IntEnum):
    """The exit codes of `todo`. Scripts rely on the numbers: they do not change."""

    DONE = 0
    ERROR = 1
    NOT_FOUND = 2
    MISSING = 3
    REFUSED = 4
    CONFLICT = 5
    RATE_LIMITED = 7
    UNREACHABLE = 75


INTERRUPTED = 130
"""After Ctrl-C: 128 and the number of the signal."""

MEANINGS = {
    0: "done",
    1: "error: a rule is broken, the file cannot be used, an unknown command or option, nothing to undo, not confirmed",
    2: "no task with that id, or not an id",
    3: "an argument, or the value of an option, is missing",
    4: "not logged in, or refused",
    5: "conflict: another program changed the same tasks or wrote the file at the same moment",
    7: "too many requests: wait, then try again",
    75: "the server cannot be reached: try again",
    INTERRUPTED: "interrupted by Ctrl-C",
}
"""What each code means; those of the server are not used without one."""


class UsageError(Exception):
    """The words of a call make no command; `str(error)` says why, `code` whether something was wrong or missing."""

    def __init__(self, message: str, code: ExitCode = ExitCode.ERROR) -> None:
        super().__init__(message)
        self.code = code


def exit_code(error: Exception) -> ExitCode:
    """The code that a failure ends with."""
    match error:
        case UsageError():
            return error.code
        case TaskNotFound():
            return ExitCode.NOT_FOUND
        case ChangedMeanwhile():
            return ExitCode.CONFLICT
        case Refused():
            return ExitCode.REFUSED
        case TooMany():
            return ExitCode.RATE_LIMITED
        case Unreachable():
            return ExitCode.UNREACHABLE
        case _:
            return ExitCode.ERROR
