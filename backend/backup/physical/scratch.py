"""A cluster of its own to recover into and to look at: on a socket that nobody else finds, and gone afterwards."""

import asyncio
import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from api.database.embedded import process_table
from api.database.embedded.account import Account
from api.database.embedded.cluster import ENVIRONMENT
from api.database.embedded.place import Place, make_private
from backup.errors import BackupError
from backup.physical.programs import command, last_words

_STEP = 0.05
_LONGEST_ANSWER = 5.0
_LONGEST_STOP = 60.0
"""Seconds, all."""

_OPTIONS = {
    "listen_addresses": "",
    "archive_mode": "off",
    "synchronous_standby_names": "",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "summarize_wal": "off",
    "restore_command": "false",  # the log is in pg_wal already
    "recovery_target_action": "promote",
    "recovery_target_timeline": "latest",
    "max_wal_size": "2GB",  # recovery then writes pages once, at its end
    "autovacuum": "off",
}


class TargetNotReached(BackupError):
    """The log ends before the moment that was asked for."""


@dataclass(frozen=True)
class Scratch:
    """`place.cluster` holds the files; the rest of the folder is what it takes to run them."""

    place: Place
    account: Account

    async def connect(self) -> Any:
        """As its superuser. Raises what asyncpg raises."""
        return await asyncpg.connect(
            host=str(self.place.socket),
            port=5432,
            user="postgres",
            database="todo",
            ssl=False,
            timeout=5,
            statement_cache_size=0,
        )


@contextlib.contextmanager
def scratch_folder(folder: Path) -> Iterator[Place]:
    """An empty folder of ours; what one that was killed has left there is ended and removed first."""
    place = Place(folder)
    remove_scratch(place)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield place
    finally:
        remove_scratch(place)


def remove_scratch(place: Place) -> None:
    process_table.send(list(process_table.of_cluster(place.cluster)), signal.SIGKILL)
    process_table.gone_within(5, place.cluster)
    for folder in (place.data_dir, place.socket):
        if folder.exists():
            shutil.rmtree(folder)


@contextlib.contextmanager
def recovered(place: Place, account: Account, target: dict[str, str], *, durable: bool) -> Iterator[Scratch]:
    """The cluster of `place`, recovered up to `target` (a setting of PostgreSQL, or none) and open for writing.

    Without `durable` nothing is forced to the disk. Raises `TargetNotReached`, and `BackupError` with PostgreSQL's words.
    """
    make_private(place.socket, account.uid)
    access = place.data_dir / "access.conf"
    access.write_text("local all all trust\n", encoding="ascii")
    (place.cluster / "recovery.signal").touch(mode=0o600)
    account.give(place.cluster)
    account.give(access)
    options = {**_OPTIONS, **target, "hba_file": str(access), "unix_socket_directories": f'"{place.socket}"'}
    if not durable:
        options |= {"fsync": "off", "full_page_writes": "off"}
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    output = place.data_dir / "recovery.log"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*account.prefix, *command("postgres", "-D", place.cluster, *settings)],
            env=ENVIRONMENT,
            cwd=place.data_dir,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    scratch = Scratch(place, account)
    try:
        while not asyncio.run(_is_open(scratch)):
            if process.poll() is not None:
                raise _failure(output.read_bytes())
            time.sleep(_STEP)
        yield scratch
    finally:
        _stop(process)


async def _is_open(scratch: Scratch) -> bool:
    try:
        connection = await scratch.connect()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    try:
        return not await connection.fetchval("select pg_is_in_recovery()", timeout=_LONGEST_ANSWER)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    finally:
        connection.terminate()


def _failure(output: bytes) -> BackupError:
    if b"before configured recovery target was reached" in output:
        return TargetNotReached("The log ends before the moment that was asked for.")
    return BackupError(f"The backup does not recover: {last_words(output)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for what in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(what)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LONGEST_STOP)
            return
