"""What PostgreSQL tells about itself. Its views hold no task and no person; statement texts are normalised by the server."""

import re
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from api.database.schema import STAMP

STATEMENTS_MAX = 10
TEXT_MAX = 120

_DATABASE = """
select xact_commit as commits, xact_rollback as rollbacks, blks_hit as hits, blks_read as reads, deadlocks,
    temp_bytes, pg_database_size(datid) as bytes, current_setting('max_connections')::int as connections_max
from pg_stat_database where datname = current_database()"""
_CONNECTIONS = """
select coalesce(state, 'other') as state, count(*) as number
from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() group by 1"""
_TABLES = """
select relname as name, n_live_tup as live, n_dead_tup as dead from pg_stat_user_tables where schemaname = 'todo' order by 1"""
_ARCHIVER = """
select archived_count as archived, failed_count as failed, last_archived_wal as last,
    extract(epoch from now() - last_archived_time)::float8 as age,
    coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) as failing,
    (pg_current_wal_lsn() - '0/0')::bigint as written, pg_size_bytes(current_setting('wal_segment_size')) as segment
from pg_stat_archiver where current_setting('archive_mode') <> 'off'"""
_SLOTS = """
select slot_name::text as name, active, (pg_current_wal_lsn() - coalesce(restart_lsn, '0/0'))::bigint as retained
from pg_replication_slots where database is null or database = current_database()"""
_STATEMENTS = f"""
select queryid::text as id, min(query) as text, sum(calls)::bigint as calls, sum(total_exec_time) / 1000 as seconds,
    max(max_exec_time) / 1000 as longest, sum(rows)::bigint as rows
from pg_stat_statements
where dbid = (select oid from pg_database where datname = current_database())
  and query ~ 'todo\\.' and query ~* '^\\s*(with|select|insert|update|delete)\\M'
group by queryid order by seconds desc limit {STATEMENTS_MAX}"""  # noqa: S608 - a number of ours
_VALUES = re.compile(r"'(?:[^']|'')*(?:'|$)|\\x[0-9a-fA-F]+")


@dataclass
class Statistics:
    """Empty where the role may not look, or the server does not know."""

    database: dict[str, Any] = field(default_factory=dict)
    connections: dict[str, int] = field(default_factory=dict)
    tables: list[dict[str, Any]] = field(default_factory=list)
    archiver: dict[str, Any] = field(default_factory=dict)
    slots: list[dict[str, Any]] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)


async def read_statistics(connection: asyncpg.Connection) -> Statistics:
    """All that this role may see. Raises what asyncpg raises when the link fails."""
    found = Statistics()
    found.database = _first(await _rows(connection, _DATABASE))
    found.connections = dict.fromkeys(("active", "idle", "idle in transaction"), 0)
    found.connections |= {row["state"]: row["number"] for row in await _rows(connection, _CONNECTIONS)}
    found.tables = await _rows(connection, _TABLES)
    found.archiver = _first(await _rows(connection, _ARCHIVER))
    if found.archiver:
        found.archiver["lag"] = _lag(found.archiver)
    found.slots = await _rows(connection, _SLOTS)
    found.statements = [row | {"text": _in_short(row["text"])} for row in await _rows(connection, _STATEMENTS)]
    return found


async def _rows(connection: asyncpg.Connection, sql: str) -> list[dict[str, Any]]:
    try:
        return [dict(row) for row in await connection.fetch(sql + STAMP)]
    except (
        asyncpg.InsufficientPrivilegeError,
        asyncpg.UndefinedTableError,
        asyncpg.UndefinedFunctionError,
        asyncpg.ObjectNotInPrerequisiteStateError,  # the library of pg_stat_statements is not loaded
        asyncpg.FeatureNotSupportedError,
    ):
        return []


def _first(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return rows[0] if rows else {}


def _lag(archiver: dict[str, Any]) -> int | None:
    """Bytes of log that are written and not archived. A segment's name: timeline, then where in the log (8 digits each)."""
    match = re.match(r"[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})", archiver["last"] or "")
    if match is None:
        return None
    end = (int(match[1], 16) << 32) + (int(match[2], 16) + 1) * int(archiver["segment"])
    return max(0, int(archiver["written"]) - end)


def _in_short(text: str) -> str:
    """In one line, without the stamp, and without values: PostgreSQL leaves those of several statements in one message."""
    plain = " ".join(re.sub(r"/\*.*?\*/", "", _VALUES.sub("'…'", text), flags=re.DOTALL).split())
    return plain if len(plain) <= TEXT_MAX else f"{plain[: TEXT_MAX - 1]}…"
