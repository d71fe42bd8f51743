"""A backup's rows into an empty schema: all of them, equal to what the manifest says, or none."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg

from api.database.schema import STAMP
from backup.dumping import READER, Progress
from backup.errors import BackupError, Damaged
from backup.fingerprints import SETTLED, fingerprint
from backup.manifest import NAME, Manifest, TableCopy
from backup.streams import unpacked
from backup.tables import Table, travelling

_FOREIGN_KEYS = """
select conrelid::regclass::text as relation, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
from pg_constraint where connamespace = 'todo'::regnamespace and contype = 'f'
"""
_INDEXES = """
select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
from pg_index i join pg_class c on c.oid = i.indrelid
where c.relnamespace = 'todo'::regnamespace and c.relkind = 'r'
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
"""


def check_files(folder: Path, manifest: Manifest) -> None:
    """The files are those of the manifest, byte for byte. Raises `Damaged`."""
    named = {copy.file for copy in manifest.tables}
    if len(named) != len(manifest.tables):
        raise Damaged(f"The manifest of {manifest.id} names a file twice.")
    there = {entry.name for entry in folder.iterdir()} - {NAME}
    if there - named:
        raise Damaged(f"The backup {manifest.id} holds a file that is not its own: {min(there - named)}.")
    for copy in manifest.tables:
        path = folder / copy.file
        if not path.is_file() or path.is_symlink():
            raise Damaged(f"The backup {manifest.id} lacks the file {copy.file}.")
        if path.stat().st_size != copy.bytes:
            raise Damaged(f"{copy.file} has {path.stat().st_size} bytes instead of {copy.bytes}: it is damaged.")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != copy.sha256:
                raise Damaged(f"{copy.file} is not as it was written (its SHA-256 differs): it is damaged.")


async def load(
    connection: asyncpg.Connection,
    folder: Path,
    manifest: Manifest,
    identities: Sequence[Any],
    progress: Progress | None,
) -> None:
    """Inside a transaction of the caller's, as owner of the tables. Raises `Damaged`, and then it must be rolled back."""
    await connection.execute(SETTLED + STAMP)
    await connection.execute("select set_config('maintenance_work_mem', '128MB', true)" + STAMP)
    tables = {table.name: table for table in await travelling(connection, manifest.schema_revision)}
    if {(copy.table, copy.columns) for copy in manifest.tables} != {(t.name, t.columns) for t in tables.values()}:
        raise Damaged(f"The tables of {manifest.id} are not those of the schema {manifest.schema_revision}.")
    keys, indexes = await connection.fetch(_FOREIGN_KEYS + STAMP), await connection.fetch(_INDEXES + STAMP)
    # Made again at the end: quicker, and every foreign key is looked at.
    for key in keys:
        await connection.execute(f"alter table {key['relation']} drop constraint {key['name']}")
    for index in indexes:
        await connection.execute(f"drop index {index['name']}")
    try:
        for copy in manifest.tables:
            await _fill(connection, tables[copy.table], folder, copy, identities, progress)
        for statement in (
            *(index["definition"] for index in indexes),
            *(f"alter table {key['relation']} add constraint {key['name']} {key['definition']}" for key in keys),
        ):
            await connection.execute(statement)
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.BadCopyFileFormatError) as error:
        raise Damaged(f"The rows of {manifest.id} do not fit ({type(error).__name__}): it is damaged.") from None
    except (asyncpg.DiskFullError, asyncpg.OutOfMemoryError) as error:
        raise BackupError(f"The database has no room for {manifest.id} ({error}): nothing was restored.") from None
    await connection.execute(READER + STAMP)
    for copy in manifest.tables:
        found = await fingerprint(connection, tables[copy.table])
        if (found.rows, found.sum) != (copy.rows, copy.fingerprint):
            raise Damaged(
                f"The table {copy.table} of {manifest.id} has {found.rows} rows after restoring, of {copy.rows},"
                " or other ones than when it was backed up: nothing was restored."
            )
    await connection.execute("select set_config('role', 'none', true)" + STAMP)


async def _fill(
    connection: asyncpg.Connection,
    table: Table,
    folder: Path,
    copy: TableCopy,
    identities: Sequence[Any],
    progress: Progress | None,
) -> None:
    broken: list[Damaged] = []

    async def pieces() -> AsyncIterator[bytes]:
        done = 0
        try:
            for piece in unpacked(folder / copy.file, identities, copy.raw_bytes):
                if progress is not None:
                    done += piece.count(b"\n")
                    progress(copy.table, done, copy.rows)
                yield piece
        except Damaged as error:
            # Raised here, it would leave asyncpg waiting for ever where the server had refused the rows already.
            broken.append(error)

    guarded = await connection.fetchval(
        f"select relforcerowsecurity from pg_class where oid = '{table.full_name}'::regclass"
    )
    # COPY cannot write below row-level security. The owner steps out of it for this transaction, which nobody else sees.
    # Triggers would change rows that come as they were (events beyond the newest of their kind).
    await connection.execute(f"alter table {table.full_name} disable trigger user")
    if guarded:
        await connection.execute(f"alter table {table.full_name} no force row level security")
    try:
        await connection.copy_to_table(table.name, schema_name="todo", columns=table.columns, source=pieces())
    finally:
        if broken:
            raise broken[0]
    await connection.execute(f"alter table {table.full_name} enable trigger user")
    if guarded:
        await connection.execute(f"alter table {table.full_name} force row level security")
