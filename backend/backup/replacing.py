"""A backup in place of the embedded database, which is set aside: restored under another name, then the names change.

Until then the old database is untouched, and whatever goes wrong leaves it where it is.
"""

import asyncio
import contextlib
import dataclasses
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from api.database.embedded import running
from api.database.embedded.lock import Locks
from api.database.embedded.usable import open_place
from api.database.url import Target, parse_url
from backup.dumping import Progress, connected
from backup.errors import BackupError
from backup.restoring import Restored, holds_anything, restore_into, rights_at
from backup.trust import Opened
from backup.verifying import needed_bytes

_UNFINISHED = "todo_restoring"


def restore_embedded(
    data_dir: Path,
    backup: Opened,
    identities: Sequence[Any],
    progress: Progress | None,
    *,
    replace: bool,
    secrets: tuple[str, ...],
    bring_back: bool = False,
) -> Restored:
    """Restores into the data directory's own PostgreSQL. Raises `BackupError` while a server runs there, and without
    `replace` where there is anything."""
    with no_server(data_dir), running(data_dir) as postgres:
        target, superuser = parse_url(postgres.url), parse_url(postgres.superuser_url)
        full = asyncio.run(holds_anything(target))
        if full and not replace:
            raise BackupError(
                f"{target} is not empty: --replace sets it aside and restores in its place,"
                " --into restores into another database."
            )
        check_room(data_dir, backup)
        known = asyncio.run(rights_at(target))
        aside = f"todo_before_{datetime.now(UTC):%Y%m%d_%H%M%S_%f}"
        unfinished = dataclasses.replace(target, database=_UNFINISHED)
        try:
            asyncio.run(_make(superuser, target.user))
            restored = restore_into(unfinished, backup, identities, known, secrets, progress, bring_back=bring_back)
            asyncio.run(_swap(superuser, target.database, aside))
        except BaseException as error:
            # Where not even that can be done now, the next try begins with it.
            with contextlib.suppress(BackupError, asyncpg.PostgresError, asyncpg.InterfaceError):
                asyncio.run(_drop(superuser, _UNFINISHED))
            if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError):
                raise BackupError(f"{target} gave up ({error}): {backup.manifest.id} was not restored.") from error
            raise
        if full:
            restored.set_aside = aside
        else:
            asyncio.run(_drop(superuser, aside))
        return restored


@contextlib.contextmanager
def no_server(data_dir: Path, otherwise: str = "stop it, or restore elsewhere with --into.") -> Iterator[None]:
    """None runs, and none starts meanwhile. Raises `BackupError`, which ends with `otherwise`."""
    with contextlib.closing(Locks(open_place(data_dir).data_dir)) as locks:
        if not locks.server.take():
            raise BackupError(f"A server ({locks.server.holder()}) is running on {data_dir}: {otherwise}")
        locks.server.sign()
        yield


def check_room(data_dir: Path, backup: Opened) -> None:
    free, needed = shutil.disk_usage(data_dir).free, needed_bytes(backup)
    if free < needed:
        raise BackupError(
            f"No room to restore {backup.manifest.id}: {free / 1e6:.0f} MB are free below {data_dir},"
            f" and {needed / 1e6:.0f} MB may be needed."
        )


def _maintenance(superuser: Target) -> Target:
    return dataclasses.replace(superuser, database="postgres")


async def _make(superuser: Target, owner: str) -> None:
    await _drop(superuser, _UNFINISHED)
    async with connected(_maintenance(superuser)) as connection:
        await connection.execute(f'create database {_UNFINISHED} owner "{owner}"')


async def _drop(superuser: Target, database: str) -> None:
    async with connected(_maintenance(superuser)) as connection:
        await connection.execute(f"drop database if exists {database} with (force)")


async def _swap(superuser: Target, database: str, aside: str) -> None:
    """Both names change, or neither."""
    try:
        async with connected(_maintenance(superuser)) as connection, connection.transaction():
            await connection.execute(f"alter database {database} rename to {aside}")
            await connection.execute(f"alter database {_UNFINISHED} rename to {database}")
    except asyncpg.ObjectInUseError:
        raise BackupError(
            "Another todo-server command is using the database: wait until it has ended, and start again."
        ) from None
