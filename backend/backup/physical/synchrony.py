"""COMMITs wait until the log's receiver has them on its disk, for as long as it confirms; never for one that does not.

While PostgreSQL names it in `synchronous_standby_names`, nothing that was acknowledged is missing where the log is received. A
receiver that hangs would hang every COMMIT then, which no timeout of a statement ends. So it is watched, its name is taken
out when it does not confirm, which lets all go on that wait, and put in again when it has caught up.
"""

import asyncio
import logging
import threading
import time
from typing import Any

import asyncpg

from api.database.embedded.account import Account
from api.database.embedded.configuration import do_not_wait, wait_for_receiver
from api.database.embedded.owner_role import addresses
from api.database.embedded.place import Place
from api.telemetry import measures
from backup.physical.confirming import RECEIVER, Confirming, look

log = logging.getLogger("todo.backup")

_PERIOD = 0.25
"""Seconds between two looks."""
_LONGEST_ANSWER = 3.0
"""Seconds that PostgreSQL may take for one."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
"""Seconds from one that did not confirm to the next attempt: twice as long each time."""
_STEADY = 60.0
"""Seconds after which all is well again."""
_NUDGE = "select pg_logical_emit_message(false, 'todo', '', true)"
"""A line of log that changes nothing. PostgreSQL lets waiting COMMITs go when the receiver answers the next line: one that had
its answer before PostgreSQL knew that it counts would else wait for whatever is written next."""

_NOT_ANSWERED = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Synchrony:
    """Watches in a thread of its own from `start` to `stop`, through every restart of PostgreSQL.

    Unless it is `wanted` nobody ever waits, and only what is seen is told.
    """

    def __init__(self, place: Place, account: Account, *, wanted: bool) -> None:
        self._place, self._account, self.wanted = place, account, wanted
        self._ending, self._wake, self._lost = threading.Event(), threading.Event(), threading.Event()
        self._waiting = False
        self._since, self._pause, self._not_before = 0.0, _FIRST_PAUSE, 0.0
        self._confirming = Confirming()
        self._thread = threading.Thread(target=self._run, name="wal-synchrony", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def receiver_ended(self) -> None:
        """Its process is gone: nobody waits for the next look."""
        self._lost.set()
        self._wake.set()

    def stop(self) -> None:
        self._ending.set()
        self._wake.set()
        self._thread.join(2 * _LONGEST_ANSWER)

    def _run(self) -> None:
        asyncio.run(self._watch())

    async def _watch(self) -> None:
        while not self._ending.is_set():
            try:
                url = addresses(self._place).superuser_url
                connection = await asyncpg.connect(
                    url, timeout=_LONGEST_ANSWER, command_timeout=_LONGEST_ANSWER, statement_cache_size=0, ssl=False
                )
                try:
                    await self._follow(connection)
                finally:
                    connection.terminate()
            except _NOT_ANSWERED:  # restarting, perhaps; it forgets whom to wait for then
                _tell(waiting=False)
            except Exception as error:  # noqa: BLE001 - nobody above this thread would hear of it
                log.error("the log's receiver is not watched: %s %s", type(error).__name__, error)  # noqa: TRY400
                do_not_wait(self._place.cluster)
            self._rest()

    async def _follow(self, connection: Any) -> None:
        while not self._ending.is_set():
            lost = self._lost.is_set()
            self._lost.clear()
            found = await look(connection)
            now = time.monotonic()
            self._waiting = found.named
            _tell(waiting=found.waited_for)
            why = self._confirming.complaint(found, now) if not lost else "it ended"
            if self._waiting and why:
                await self._go_on(connection, why, now)
            elif self._waiting and found.forgotten:
                await connection.execute(_NUDGE)
            elif (
                self.wanted and not self._waiting and not why and self._confirming.caught_up and now >= self._not_before
            ):
                await self._wait(connection, now)
            self._rest()

    async def _go_on(self, connection: Any, why: str, now: float) -> None:
        do_not_wait(self._place.cluster)
        await connection.execute("select pg_reload_conf()")
        _tell(waiting=False)
        self._confirming = Confirming()
        self._pause = _FIRST_PAUSE if now - self._since > _STEADY else min(2 * self._pause, _LONGEST_PAUSE)
        self._not_before = now + self._pause
        measures.wal_fallbacks.add()
        log.error("the write-ahead log's receiver does not confirm (%s): changes no longer wait for it", why)

    async def _wait(self, connection: Any, now: float) -> None:
        try:
            wait_for_receiver(self._place.cluster, RECEIVER, self._account)
        except OSError as error:
            self._not_before = now + _LONGEST_PAUSE
            log.error("changes cannot wait for the write-ahead log's receiver: %s", error.strerror)  # noqa: TRY400
            return
        await connection.execute("select pg_reload_conf()")
        if self._since:
            log.warning("changes wait for the write-ahead log's receiver again")
        self._since = now

    def _rest(self) -> None:
        # Nothing else runs in this thread's loop.
        self._wake.wait(_PERIOD)
        if not self._ending.is_set():
            self._wake.clear()


def _tell(*, waiting: bool) -> None:
    measures.wal.set(float(waiting), "synchronous")
    measures.wal.set(float(not waiting), "asynchronous")
