"""Receives PostgreSQL's log as it is written, through `pg_receivewal`, and starts that again when it ends."""

import asyncio
import contextlib
import logging
import subprocess
import threading
from pathlib import Path

import asyncpg

from api.database.embedded.owner_role import addresses
from api.database.embedded.place import Place
from backup.physical.confirming import RECEIVER
from backup.physical.own_folders import make_own
from backup.physical.programs import command, connecting, last_words
from backup.physical.store import Store
from backup.physical.synchrony import Synchrony
from backup.physical.wal import set_aside_before

log = logging.getLogger("todo.backup")

SLOT = "todo_receiver"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_LONGEST_END = 3.0
"""Seconds, all."""
_QUIET_TRIES = 3
"""Starts that may fail before the log tells: PostgreSQL was perhaps only being started again."""
_POSITION = """
select timeline_id, coalesce((select pg_walfile_name(restart_lsn) from pg_replication_slots where slot_name = $1), '') as oldest
from pg_control_checkpoint()
"""


class Receiver:
    """Works in a thread of its own from `start` to `stop`.

    A server that is killed leaves its pg_receivewal to the PostgreSQL that is left too, and it ends with that one.
    """

    def __init__(self, place: Place, store: Store, synchrony: Synchrony) -> None:
        self._place = place
        self._store = store
        self._synchrony = synchrony
        self._ending = threading.Event()
        self._change = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_receiving, name="wal-receiver", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether pg_receivewal runs now."""
        process = self._process
        return process is not None and process.poll() is None

    def stop(self) -> None:
        """To be called when PostgreSQL has ended: it sends what it has left, and pg_receivewal ends by itself then."""
        self._ending.set()
        with self._change:
            process = self._process
        if process is not None:
            try:
                process.wait(_LONGEST_END)
            except subprocess.TimeoutExpired:
                process.kill()
                with contextlib.suppress(subprocess.TimeoutExpired):  # a disk that hangs keeps even the killed
                    process.wait(_LONGEST_END)
        self._thread.join(_LONGEST_END)

    def _keep_receiving(self) -> None:
        pause, failures = _FIRST_PAUSE, 0
        while not self._ending.is_set():
            try:
                words = self._receive()
                failures = failures + 1 if words else 0
            except Exception as error:  # noqa: BLE001 - nobody above this thread would hear of it
                words, failures = f"{type(error).__name__}: {error}".splitlines()[0], failures + 1
            if failures == _QUIET_TRIES:
                log.error("the write-ahead log is not received (%s); trying again and again", words)
            pause = min(2 * pause, _LONGEST_PAUSE) if failures else _FIRST_PAUSE
            self._ending.wait(pause)

    def _receive(self) -> str:
        """Until it ends; why it did, or nothing where it had worked before."""
        timeline, oldest = asyncio.run(_prepare(addresses(self._place).superuser_url))
        folder = self._store.receiving(timeline)
        self._store.make()
        set_aside_before(folder, oldest)
        make_own(folder)
        with self._change:
            if self._ending.is_set():
                return ""
            self._process = subprocess.Popen(
                self._command(folder),
                env={**connecting(self._place), "PGAPPNAME": RECEIVER},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        _, said = self._process.communicate()
        self._synchrony.receiver_ended()
        return "" if self._process.returncode == 0 else last_words(said)

    def _command(self, folder: Path) -> list[str]:
        options = [f"--slot={SLOT}", "--no-loop", "--no-password"]
        if self._synchrony.wanted:
            options += ["--synchronous", "--status-interval=1"]
        return command("pg_receivewal", "-D", folder, *options)


async def _prepare(url: str) -> tuple[int, str]:
    """Make sure that there is a slot that keeps the log for the receiver; the server's timeline, and where that begins."""
    connection = await asyncpg.connect(url, timeout=5, command_timeout=10, statement_cache_size=0, ssl=False)
    try:
        state = await connection.fetchrow("select wal_status from pg_replication_slots where slot_name = $1", SLOT)
        if state is not None and state["wal_status"] == "lost":
            log.error("the log grew faster than it was received: a part of it comes from the archive")
            await connection.execute("select pg_drop_replication_slot($1)", SLOT)
            state = None
        if state is None:
            await connection.execute("select pg_create_physical_replication_slot($1, true)", SLOT)
        found = await connection.fetchrow(_POSITION, SLOT)
        return found["timeline_id"], found["oldest"]
    finally:
        await connection.close(timeout=5)
