"""Whether the database serves, by the last outcome; told to probes, and to the operator where it does not pass by itself."""

import logging
import time

from api.database.wall import WallDown

log = logging.getLogger("todo.database")


class Health:
    """As one process sees it."""

    def __init__(self) -> None:
        self.well = False
        self._answered_at = 0.0
        self._said = ""

    def note(self, *, well: bool) -> None:
        """The outcome of a moment ago."""
        self.well, self._answered_at = well, time.monotonic()
        if well:
            self._said = ""

    def is_known(self, *, within: float) -> bool:
        """Whether the last outcome is younger than so many seconds."""
        return time.monotonic() - self._answered_at < within

    def say(self, error: Exception) -> None:
        """Logs, once until it is well again, why people are answered 503 though the database answers."""
        why = str(error) if isinstance(error, WallDown) else f"{type(error).__name__} {getattr(error, 'sqlstate', '')}"
        if why != self._said:
            self._said = why
            log.error("the database does not serve: %s", why)
