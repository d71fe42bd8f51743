"""The time that a request may spend on the database, over all of its transactions: it begins with the first."""

import time
from contextvars import ContextVar

BUDGET_SECONDS = 25.0
"""Waiting and retries included; the user's limit is 30 s."""


class Budget:
    """One request's."""

    __slots__ = ("_ends", "retries", "sqlstate")

    def __init__(self) -> None:
        self._ends: float | None = None
        self.retries = 0
        self.sqlstate: str | None = None

    def note(self, *, retried: bool, sqlstate: str | None) -> None:
        """A failure of the database, for the log."""
        self.retries += retried
        self.sqlstate = sqlstate or self.sqlstate

    def rest(self) -> float:
        """Seconds that are left."""
        now = time.monotonic()
        if self._ends is None:
            self._ends = now + BUDGET_SECONDS
        return self._ends - now


current: ContextVar[Budget | None] = ContextVar("budget", default=None)
"""Of the request that is being answered; None outside of requests, where each transaction has its own time."""
