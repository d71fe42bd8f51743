"""The rows of a database, as one moment saw them, into files."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from api.database.dialler import CONNECT_SECONDS
from api.database.migrations import known_revisions
from api.database.schema import REVISION, STAMP, revision_of
from api.database.url import Target
from backup.errors import BackupError
from backup.fingerprints import SETTLED, fingerprint
from backup.manifest import TableCopy
from backup.streams import packing
from backup.tables import Table, travelling

Progress = Callable[[str, int, int], None]
"""What is worked on, how much of it is done, how much there is."""

READER = "select set_config('role', 'todo_backup', true)"
NO_READER = "The URL's role may not enter todo_backup, which reads for backups. As the role that migrates:"
_SIZE = """
select coalesce(sum(pg_table_size(c.oid)), 0)::bigint from pg_class c
where c.relnamespace = 'todo'::regnamespace and c.relkind = 'r'
"""
_HAS_READER = "select coalesce(has_schema_privilege(to_regrole('todo_backup'), 'todo', 'usage'), false)"
_MOMENT = "select current_setting('server_version_num')::int as version, pg_current_snapshot()::text as snapshot"


def grant_of(role: str | None) -> str:
    """The statement after which it may."""
    return f'grant todo_backup to "{role}";'


@dataclass(frozen=True)
class Dump:
    """What was written."""

    server_version: int
    snapshot: str
    revision: str
    tables: tuple[TableCopy, ...]


@asynccontextmanager
async def connected(target: Target) -> AsyncIterator[asyncpg.Connection]:
    """A connection for long work; what is interrupted ends at once. Raises `BackupError` where there is none to be had."""
    try:
        connection = await asyncpg.connect(**target.arguments, timeout=CONNECT_SECONDS, statement_cache_size=0)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise BackupError(f"{target} cannot be used: {str(error) or type(error).__name__}.") from error
    try:
        yield connection
        await connection.close(timeout=CONNECT_SECONDS)
    finally:
        connection.terminate()


async def dump(
    target: Target,
    folder: Path,
    recipients: Sequence[str],
    free: int | None,
    progress: Progress | None,
    *,
    older: bool = False,
) -> Dump:
    """Writes a file for each table that travels. Nobody who works on the database waits for it.

    With `older` the schema may be of an earlier version, of those that know the role that reads for backups.
    """
    async with connected(target) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        revision = await revision_of(connection)
        fits = revision in known_revisions() if older else revision == REVISION
        if revision is None or not fits:
            raise BackupError(
                f"{target} has the schema {revision or 'of nothing yet'} and this version needs {REVISION}:"
                " run `todo-server migrate` first."
            )
        if not await connection.fetchval(_HAS_READER + STAMP):
            raise BackupError(
                f"{target} has the schema {revision}, which knows no backups yet: take one by other means (pg_dump, a branch of"
                " Neon), and run `todo-server migrate`."
            )
        await connection.execute(SETTLED)
        size = await connection.fetchval(_SIZE + STAMP)
        if free is not None and free < size // 3:
            raise BackupError(
                f"No room for a backup: {free / 1e6:.0f} MB are free, and up to {size / 3e6:.0f} MB may be needed."
            )
        moment = await connection.fetchrow(_MOMENT + STAMP)
        tables = await travelling(connection)
        try:
            await connection.execute(READER)
        except asyncpg.InsufficientPrivilegeError:
            raise BackupError(f"{NO_READER} {grant_of(target.user)}") from None
        copies = [await _copy(connection, table, folder, recipients, progress) for table in tables]
        return Dump(moment["version"], moment["snapshot"], revision, tuple(copies))


async def _copy(
    connection: asyncpg.Connection, table: Table, folder: Path, recipients: Sequence[str], progress: Progress | None
) -> TableCopy:
    expected = await fingerprint(connection, table)
    path = folder / f"{table.name}.copy.zst{'.age' if recipients else ''}"
    done = 0
    with packing(path, recipients) as (packer, counted):

        async def take(data: bytes) -> None:
            nonlocal done
            packer.write(data)
            if progress is not None:
                done += data.count(b"\n")  # one a row: inside values it is escaped
                progress(table.name, done, expected.rows)

        query = f"select {table.column_list} from {table.full_name}{STAMP}"
        status = await connection.copy_from_query(query, output=take)
    if status != f"COPY {expected.rows}":
        raise BackupError(f"The table {table.name} gave {status} and holds {expected.rows} rows: nothing was kept.")
    return TableCopy(
        table=table.name,
        columns=table.columns,
        rows=expected.rows,
        fingerprint=expected.sum,
        file=path.name,
        sha256=counted.sha256,
        bytes=counted.bytes,
        raw_bytes=packer.raw_bytes,
    )
