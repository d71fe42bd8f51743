"""A backup is good when it was restored into a scratch database and every row was there."""

import asyncio
import contextlib
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from api.database.migrations import migrate
from api.database.schema import REVISION
from api.database.url import Target
from backup import history
from backup.dumping import Progress, connected
from backup.errors import BackupError
from backup.loading import load
from backup.place import Place
from backup.scratch import scratch_database
from backup.trust import Opened, opened


async def _nothing(_: asyncpg.Connection) -> None:
    return None


def fill_empty(
    target: Target,
    backup: Opened,
    identities: Sequence[Any],
    progress: Progress | None,
    afterwards: Callable[[asyncpg.Connection], Awaitable[None]] = _nothing,
    *,
    as_then: bool = False,
) -> None:
    """Makes the schema of the backup's time, fills it in one transaction, and brings it up to date unless `as_then`.

    `afterwards` works in that transaction, when all rows are there and compared.
    """

    async def filled() -> None:
        async with connected(target) as connection:
            async with connection.transaction():
                await load(connection, backup.folder, backup.manifest, identities, progress)
                await afterwards(connection)
            await connection.execute("analyze")

    try:
        migrate(target, revision=backup.manifest.schema_revision)
        asyncio.run(filled())
        if backup.manifest.schema_revision != REVISION and not as_then:
            migrate(target)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, OSError) as error:
        # Also a PostgreSQL that fell because its log had no room.
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise BackupError(f"{target} gave up ({reason}): {backup.manifest.id} was not restored.") from error


@contextlib.contextmanager
def restored_aside(
    backup: Opened, data_dir: Path, identities: Sequence[Any], progress: Progress | None, *, as_then: bool = False
) -> Iterator[Target]:
    """A scratch database with the rows of a backup, for as long as the context lasts; `as_then`: in its own schema."""
    free = _free(data_dir)
    needed = needed_bytes(backup)
    if free < needed:
        raise BackupError(
            f"No room to restore {backup.manifest.id} beside the database: {free / 1e6:.0f} MB are free below {data_dir},"
            f" and {needed / 1e6:.0f} MB may be needed."
        )
    with scratch_database(data_dir) as target:
        fill_empty(target, backup, identities, progress, as_then=as_then)
        yield target


def verify(
    place: Place,
    name: str,
    data_dir: Path,
    identities: Sequence[Any] = (),
    signed_by: Sequence[str] = (),
    scratch: Target | None = None,
    progress: Progress | None = None,
    *,
    as_then: bool = False,
) -> dict[str, Any]:
    """Restores a backup into a scratch database (`scratch`, which must be empty, or one of its own) and writes down how
    that went. Raises `BackupError` where it is not good."""
    began = time.monotonic()
    with opened(place, name, data_dir, signed_by, has_key=bool(identities)) as backup:
        try:
            if scratch is None:
                with restored_aside(backup, data_dir, identities, progress, as_then=as_then):
                    pass
            else:
                with emptied_afterwards(scratch):
                    fill_empty(scratch, backup, identities, progress, as_then=as_then)
        except BackupError as error:
            history.record(place, history.VERIFIED, name, good=False, manifest_sha256=backup.digest, why=str(error))
            raise
        seconds = round(time.monotonic() - began, 3)
        figures = {"rows": backup.manifest.rows, "seconds": seconds}
        history.record(place, history.VERIFIED, name, good=True, manifest_sha256=backup.digest, **figures)
        return {"id": name, "verified": True, **figures}


@contextlib.contextmanager
def emptied_afterwards(target: Target) -> Iterator[None]:
    """Refuses a database that has our schema already; takes the schema away again."""

    async def look() -> None:
        async with connected(target) as connection:
            if await connection.fetchval("select to_regnamespace('todo') is not null"):
                raise BackupError(f"{target} has a schema todo already: name an empty one as --scratch.")

    async def clear() -> None:
        async with connected(target) as connection:
            await connection.execute("drop schema if exists todo cascade")

    asyncio.run(look())
    try:
        yield
    finally:
        asyncio.run(clear())


def needed_bytes(backup: Opened) -> int:
    """What a database with these rows, its indexes and its log may take; a new cluster is 40 MB."""
    return 3 * backup.manifest.raw_bytes + 100_000_000


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
