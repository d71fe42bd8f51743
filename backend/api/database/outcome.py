"""What became of a transaction whose COMMIT went unanswered.

PostgreSQL knows by the transaction's id (`pg_xact_status`), with one exception: after a crash the ids that had not
reached the disk are given out again, and the answer would be about somebody else's transaction. What reached the disk is
told by the log: the transaction's writes were kept if the first recovery after them came past them. Later recoveries say
nothing, since the places of the log are given out again too; so each recovery is written down (`todo.recoveries`) by the
first transaction that writes after it, before it commits: no id can have been reused unnoticed.

A transaction's mark holds its id, how far the log had come after its writes, and the last recovery before it.
"""

# ruff: noqa: S608 - made of constants

import asyncpg

from api.database.schema import STAMP

_RECOVERED = "(pg_last_wal_replay_lsn() - '0/0')::bigint"
_PARTS = (
    "concat(' ', pg_current_wal_insert_lsn(), ' ',"
    f" coalesce({_RECOVERED}, (select max(log_bytes) from todo.recoveries), 0))"
)
MARK = f"pg_current_xact_id()::text || {_PARTS}"
"""SQL of the mark, for a statement that has written: spares the question at the transaction's end."""
MARK_IF_WRITTEN = (
    f"select case when pg_current_xact_id_if_assigned() is not null then pg_current_xact_id()::text || {_PARTS} end"
)
"""The mark at the transaction's end; null where nothing was written."""

NOTE_RECOVERY = f"""
insert into todo.recoveries
select {_RECOVERED} where pg_last_wal_replay_lsn() is not null
on conflict do nothing"""

_STATUS = f"""
select case when min(log_bytes) < $2::text::pg_lsn - '0/0' then 'lost' else pg_xact_status($1::text::xid8) end
from (select log_bytes from todo.recoveries union all select {_RECOVERED}) as recoveries
where log_bytes > $3::text::bigint"""


def recovery_before(mark: str) -> str:
    """The last recovery before the transaction with this mark."""
    return mark.rpartition(" ")[2]


async def committed(connection: asyncpg.Connection, mark: str) -> bool | None:
    """Whether the transaction was committed; None while it is not decided."""
    xid, written, recovered = mark.split(" ")
    try:
        status = await connection.fetchval(_STATUS + STAMP, xid, written, recovered)
    except asyncpg.InvalidParameterValueError:  # an id that this server has not given out yet
        return False
    return None if status == "in progress" else bool(status == "committed")
