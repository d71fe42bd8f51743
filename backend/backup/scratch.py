"""A PostgreSQL for a moment, beside the real one: backups are tried there, and the log of the real one does not grow by it."""

import asyncio
import contextlib
import secrets
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from api.database.embedded import process_table, running
from api.database.embedded.lock import Locks
from api.database.embedded.place import Place as DataDirectory
from api.database.url import Target, parse_url

FOLDER = "scratch"
_HURRIED = (
    *("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '4GB'"),
    *("archive_library = ''", "archive_command = 'true'"),  # archive_mode itself could change at a start only
)
"""What is in it need not survive anything, and its log goes nowhere."""


@contextlib.contextmanager
def scratch_database(data_dir: Path) -> Iterator[Target]:
    """An empty one, gone afterwards. What a killed command left is thrown away first."""
    parent = data_dir / FOLDER
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in parent.iterdir():
        throw_away_if_left(left)
    folder = parent / secrets.token_hex(4)
    folder.mkdir(mode=0o700)
    try:
        with running(folder) as postgres:
            asyncio.run(_hurry(postgres.superuser_url))
            yield parse_url(postgres.url)
    finally:
        _throw_away(folder)


async def _hurry(superuser_url: str) -> None:
    connection = await asyncpg.connect(**parse_url(superuser_url).arguments)
    try:
        for setting in _HURRIED:
            await connection.execute(f"alter system set {setting}")
        await connection.execute("select pg_reload_conf()")
    finally:
        await connection.close()


def throw_away_if_left(folder: Path) -> None:
    with contextlib.closing(Locks(folder)) as locks:
        if not locks.owner.take():
            return
        cluster = DataDirectory(folder.resolve()).cluster
        process_table.send(list(process_table.of_cluster(cluster)), signal.SIGKILL)
        process_table.gone_within(5, cluster)
        _throw_away(folder)


def _throw_away(folder: Path) -> None:
    socket = DataDirectory(folder.resolve()).socket
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(socket, ignore_errors=True)
