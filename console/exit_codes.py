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
