"""A named moment in the log, and what the tables held exactly then."""

import asyncio
from dataclasses import dataclass
from typing import Any

import asyncpg

from backup.errors import BackupError
from backup.physical.fingerprints import fingerprints
from backup.physical.manifest import Table

_TRIES = 40
_LONGEST_WAIT_MS = 250
"""For the transactions that are writing; meanwhile others wait behind. Requests notice nothing of so short a wait."""


@dataclass(frozen=True)
class Mark:
    """`segment` holds the moment, `stop_segment` the LSN that was asked for."""

    name: str
    timeline: int
    segment: str
    stop_segment: str
    tables: dict[str, Table]
    server_version: int


async def set_mark(url: str, name: str, stop_lsn: str) -> Mark:
    """Set the mark `name` and read the tables as they are then. Raises `BackupError` where people write without pause."""
    reader = await _connect(url)
    writer = await _connect(url)
    try:
        await reader.execute("begin isolation level repeatable read read only")
        await _hold_writers(writer)
        # Nothing is being written now: the snapshot and the mark are one moment.
        await reader.fetchval("select pg_current_snapshot()::text")
        lsn = await writer.fetchval("select pg_create_restore_point($1)::text", name)
        await writer.execute("rollback")
        row = await writer.fetchrow(
            "select pg_walfile_name($1::text::pg_lsn) as segment, pg_walfile_name($2::text::pg_lsn) as stop,"
            " current_setting('server_version_num')::int as version, pg_switch_wal()",
            lsn,
            stop_lsn,
        )
        tables = await fingerprints(reader)
        await reader.execute("rollback")
    finally:
        await reader.close(timeout=5)
        await writer.close(timeout=5)
    return Mark(name, int(row["segment"][:8], 16), row["segment"], row["stop"], tables, row["version"])


async def _hold_writers(connection: Any) -> None:
    names = await connection.fetchval(
        "select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables where schemaname = 'todo'"
    )
    for _ in range(_TRIES):
        await connection.execute(f"begin; set local lock_timeout = {_LONGEST_WAIT_MS}")
        if not names:
            return
        try:
            await connection.execute(f"lock table {names} in share mode")
        except asyncpg.LockNotAvailableError:
            await connection.execute("rollback")
            await asyncio.sleep(_LONGEST_WAIT_MS / 1000)
        else:
            return
    raise BackupError("Long transactions are writing: the backup was made, but cannot be verified. Try again later.")


async def _connect(url: str) -> Any:
    return await asyncpg.connect(
        url, timeout=10, statement_cache_size=0, ssl=False, server_settings={"application_name": "todo-server backup"}
    )
