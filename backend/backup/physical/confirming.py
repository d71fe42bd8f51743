"""Whether the receiver of the log confirms what PostgreSQL writes, as PostgreSQL sees it."""

from dataclasses import dataclass
from typing import Any

RECEIVER = "todo_receiver"
"""The name under which it connects."""
PATIENCE = 1.0
"""Seconds for which a line of log may be unconfirmed."""

_LOOK = """
select pg_current_wal_flush_lsn() - '0/0'::pg_lsn as written, receiver.flush_lsn - '0/0'::pg_lsn as confirmed,
    current_setting('synchronous_standby_names') = $1 as named, coalesce(receiver.sync_state = 'sync', false) as counts,
    exists (select from pg_stat_activity where wait_event = 'SyncRep') as waiting
from (select) as one left join (
    select flush_lsn, sync_state from pg_stat_replication
    where application_name = $1 and state = 'streaming' order by flush_lsn desc nulls last limit 1
) as receiver on true
"""


@dataclass(frozen=True)
class Found:
    """Positions in bytes of log; `confirmed` is None where nobody receives. `named`: COMMITs wait for the receiver."""

    written: int
    confirmed: int | None
    named: bool
    counts: bool
    waiting: bool

    @property
    def waited_for(self) -> bool:
        return self.named and self.counts

    @property
    def forgotten(self) -> bool:
        """Whether COMMITs wait although everything is confirmed."""
        return self.waiting and self.confirmed is not None and self.confirmed >= self.written


async def look(connection: Any) -> Found:
    """By a superuser's connection. Raises what asyncpg raises."""
    row = await connection.fetchrow(_LOOK, RECEIVER)
    confirmed = None if row["confirmed"] is None else int(row["confirmed"])
    return Found(int(row["written"]), confirmed, row["named"], row["counts"], row["waiting"])


class Confirming:
    """Since when a position that was seen has not been confirmed. Times in seconds."""

    def __init__(self) -> None:
        self.caught_up = False
        """Whether the last look found confirmed what the one before it had found written."""
        self._awaited: int | None = None
        self._since = 0.0

    def complaint(self, found: Found, now: float) -> str | None:
        """Why nobody should wait for the receiver, as a part of a sentence; None while it confirms in time."""
        if found.confirmed is None:
            self._awaited, self.caught_up = None, False
            return "it is not connected"
        self.caught_up = self._awaited is not None and found.confirmed >= self._awaited
        if self._awaited is None or (self.caught_up and not found.forgotten):
            self._awaited, self._since = found.written, now
        if now - self._since <= PATIENCE:
            return None
        return f"{max(0, found.written - found.confirmed)} bytes for {now - self._since:.1f} s"
