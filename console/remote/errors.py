"""What can go wrong between console and server."""

from todo.errors import TodoError


class Refused(TodoError):
    """Not logged in, or the server does not allow it; nothing was changed."""


class TooMany(TodoError):
    """The server wants a pause; nothing was changed."""


class Unreachable(TodoError):
    """The server cannot be reached, or cannot answer; nothing was changed."""


class OutcomeUnknown(Unreachable):
    """A change was sent and no answer came. The same command again does it once."""


class ServerRefused(TodoError):
    """The server says no for another reason, in its own words."""
