"""A whole backup into a database that holds nothing. Sessions and tokens are in no backup: everybody signs in anew."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from api.database.schema import REVISION, STAMP, revision_of
from api.database.url import Target
from backup.dumping import READER, Progress, connected
from backup.errors import BackupError
from backup.rights import Rights, rights_of, unreadable
from backup.settling import Settled, settle
from backup.tables import travelling
from backup.trust import Opened
from backup.verifying import fill_empty


@dataclass
class Restored:
    """What came of it."""

    rows: int
    rights: Settled
    set_aside: str | None = None
    """The name that the database of before has now."""


async def holds_anything(target: Target) -> bool:
    """Whether there is a row that travels. A schema of another revision counts as full: nobody looked into it."""
    async with connected(target) as connection:
        revision = await revision_of(connection)
        if revision != REVISION:
            return revision is not None or await connection.fetchval("select to_regnamespace('todo') is not null")
        tables = await travelling(connection)
        async with connection.transaction(readonly=True):
            await connection.execute(READER + STAMP)
            for table in tables:
                if await connection.fetchval(f"select exists (select from {table.full_name})" + STAMP):
                    return True
        return False


def restore_into(
    target: Target,
    backup: Opened,
    identities: Sequence[Any],
    known: Rights | None,
    secrets: tuple[str, ...],
    progress: Progress | None,
    *,
    bring_back: bool = False,
) -> Restored:
    """All rows, equal to those that were backed up, or none; then what was taken from people since, as `known` has it.

    `secrets` are the server's, under which second factors are sealed. Raises `BackupError` where the database is not empty."""
    if asyncio.run(holds_anything(target)):
        raise BackupError(f"{target} is not empty: restore into an empty database, with --into.")
    asyncio.run(_without_schema(target))
    restored = Restored(backup.manifest.rows, Settled(known=False))

    async def end_rights(connection: asyncpg.Connection) -> None:
        restored.rights = await settle(connection, known, bring_back=bring_back)
        restored.rights.unreadable = await unreadable(connection, secrets)

    try:
        fill_empty(target, backup, identities, progress, end_rights)
    except BackupError:
        with contextlib.suppress(BackupError, asyncpg.PostgresError):
            asyncio.run(_without_schema(target))
        raise
    return restored


async def _without_schema(target: Target) -> None:
    """The empty schema may be of another revision than the backup's."""
    async with connected(target) as connection:
        await connection.execute("drop schema if exists todo cascade")


async def rights_at(target: Target) -> Rights | None:
    """Those that the database knows; None where it cannot be asked."""
    try:
        async with connected(target) as connection:
            return await rights_of(connection)
    except (BackupError, asyncpg.PostgresError):
        return None
