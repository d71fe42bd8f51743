"""What became of a transaction whose COMMIT went unanswered.

PostgreSQL knows by the transaction's id (`pg_xact_status`), with one exception: after a crash the ids that had not
reached the disk are given out again, and the answer would be about somebody else's transaction. So the mark of a
transaction also holds how far the log had come after its writes (all of it was kept if recovery came that far), and up to where
the server had recovered when it last started (the same place still: it has not crashed since).
"""

import asyncpg

from api.database.schema import STAMP

_PLACES = "concat(' ', pg_current_wal_insert_lsn(), ' ', pg_last_wal_replay_lsn())"
MARK = f"pg_current_xact_id()::text || {_PLACES}"
"""SQL of the mark, for a statement that has written: spares the question at the transaction's end."""
MARK_IF_WRITTEN = (
    f"select case when pg_current_xact_id_if_assigned() is not null then pg_current_xact_id()::text || {_PLACES} end"
)
"""The mark at the transaction's end; null where nothing was written."""

_STATUS = """
select case
    when pg_last_wal_replay_lsn() is null or pg_last_wal_replay_lsn()::text = $3
        or $2::text::pg_lsn <= pg_last_wal_replay_lsn()
    then pg_xact_status($1::text::xid8)
    else 'lost'
end"""


async def committed(connection: asyncpg.Connection, mark: str) -> bool | None:
    """Whether the transaction was committed; None while it is not decided."""
    xid, written, recovered = mark.split(" ")
    try:
        status = await connection.fetchval(_STATUS + STAMP, xid, written, recovered)
    except asyncpg.InvalidParameterValueError:  # an id that this server has not given out yet
        return False
    return None if status == "in progress" else bool(status == "committed")
