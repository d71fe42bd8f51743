"""What can go wrong between console and server."""

from todo.errors import TodoError


class Refused(TodoError):
    """Not logged in, or the server does not allow it; nothing was changed."""


class TooMany(TodoError):
    """The server wants a pause; nothing was changed."""


class Unreachable(TodoError):
    """The server cannot be reached, or cannot answer; nothing was changed."""


class NoTodoServer(Unreachable):
    """Something else answers: a wrong address, or a network that wants a login first."""

    def __init__(self, server: str) -> None:
        super().__init__(f"{server} answers, but not as a todo server does: is the address right?")


class OutcomeUnknown(Unreachable):
    """A change was sent and no answer came. The same command again does it once."""


class ServerRefused(TodoError):
    """The server says no for another reason, in its own words."""
