"""The one way to the database: a bounded pool, one transaction a request, and the only retries there are.

A unit of work runs inside one transaction and may run again: it must do nothing but read and write the database. Retried
is what surely did not happen (nothing sent, or rolled back); a COMMIT whose answer was lost is looked up, not guessed.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import asyncpg

from api.database import budget
from api.database.budget import BUDGET_SECONDS
from api.database.dialler import Dialler
from api.database.entry import Entry, PersonalEntry
from api.database.faults import SLOW, Fault, as_problem, cause_of, fault_of, is_stale
from api.database.health import Health
from api.database.outcome import MARK_IF_WRITTEN, NOTE_RECOVERY, committed, recovery_before
from api.database.pool import Pool
from api.database.room import Room
from api.database.schema import STAMP, texts
from api.database.transaction import Reading, Transaction
from api.database.url import Target
from api.database.wall import check_wall
from api.errors import DatabaseUnavailable, ProblemError, StorageFull
from api.telemetry import measures, traces

Result = TypeVar("Result")

BACKOFF_BASE_SECONDS, BACKOFF_CAP_SECONDS = 0.05, 2.0
POOL_SIZE = 10
"""Connections of one process, unless it is told otherwise: enough for a database some milliseconds away."""
WAITERS_MAX = 1000
"""Requests that may wait for a connection; the next is answered 503 at once."""
CLOSE_SECONDS = 10.0


class LostCommit(Exception):
    """COMMIT was sent and no answer came. `result` is what the work returned, `xid` the transaction's mark."""

    def __init__(self, xid: str | None, result: object) -> None:
        super().__init__("the answer to COMMIT was lost")
        self.xid = xid
        self.result = result


class _Fate:
    """What is known of one unit of work: undecided from the moment that a COMMIT is sent until its outcome is known."""

    undecided = False


class Database:
    """The database as one process sees it. Nothing is connected to before it is asked: a server may start without it."""

    def __init__(
        self,
        target: Target,
        *,
        pool_size: int = POOL_SIZE,
        prepared_statements: bool = True,
        room: Room | None = None,
    ) -> None:
        """`room` is that of the disk below, where it is ours."""
        self.target = target
        self._room = room
        dialler = Dialler(target, prepared_statements=prepared_statements, verify=check_wall)
        self._pool = Pool(dialler.connect, size=pool_size)
        self._waiters = 0
        self._noted_recovery: str | None = None
        self._health = Health()

    async def close(self) -> None:
        """Waits for what runs, at most ten seconds, then cuts."""
        await self._pool.close(within=CLOSE_SECONDS)

    async def transact(
        self, entry: Entry, work: Callable[[Transaction], Awaitable[Result]], *, seconds: float = BUDGET_SECONDS
    ) -> Result:
        """Runs `work` in one transaction entered as `entry`, committed when this returns.

        Raises what `work` raises, after rolling back; `Unauthorized` when the entry is refused; `DatabaseUnavailable` or
        `StorageFull` when the database does not answer within `seconds`, waiting and retries included.
        """
        with traces.operation("transaction"):
            return await self._bounded(lambda fate: self._once(entry, work, fate), seconds)

    async def read(self, entry: PersonalEntry, work: Callable[[Reading], Awaitable[Result]]) -> Result:
        """Runs `work`, whose statements enter as `entry` one by one. Raises what `transact` raises."""
        with traces.operation("read"):
            return await self._bounded(lambda _: self._look(entry, work), BUDGET_SECONDS)

    async def look(self, work: Callable[[asyncpg.Connection], Awaitable[Result]], *, seconds: float) -> Result:
        """Runs `work` once, as the URL's role itself and with no person named: for the server's statistics, which hold no task.

        Raises whatever goes wrong, and `TimeoutError`; tells nobody, so that looking never counts as being used.
        """
        async with asyncio.timeout(seconds), self._lend_once() as connection:
            return await work(connection)

    def is_known(self, *, within: float) -> bool:
        """Whether a request found out in the last so many seconds if the database is well."""
        return self._health.is_known(within=within)

    def is_well(self, *, within: float) -> bool:
        """Whether a request found the database well in the last so many seconds."""
        return self._health.well and self._health.is_known(within=within)

    async def well(self, *, within: float) -> bool:
        """Whether the database answers: by the last outcome if that is younger than `within` seconds, else by asking."""
        if self._health.is_known(within=within):
            return self._health.well
        try:
            async with asyncio.timeout(3), self._lend_once() as connection:
                await connection.execute("select 1")
        except Exception as error:
            if as_problem(error) is None and not isinstance(error, TimeoutError):
                raise
            self._health.note(well=False)
        else:
            self._health.note(well=True)
        return self._health.well

    def tell(self) -> None:
        """Sets the gauges of the pool."""
        self._pool.tell()

    async def _bounded(self, once: Callable[[_Fate], Awaitable[Result]], seconds: float) -> Result:
        if self._waiters >= WAITERS_MAX:
            raise DatabaseUnavailable
        self._waiters += 1
        fate = _Fate()
        request = budget.current.get()
        try:
            async with asyncio.timeout(seconds if request is None else min(seconds, request.rest())):
                return await self._until_it_holds(once, fate)
        except TimeoutError:
            self._health.note(well=False)
            raise DatabaseUnavailable(undecided=fate.undecided) from None
        finally:
            self._waiters -= 1

    async def _until_it_holds(self, once: Callable[[_Fate], Awaitable[Result]], fate: _Fate) -> Result:
        tries = 0
        while True:
            stamp = texts.stamp
            try:
                try:
                    return await once(fate)
                except LostCommit as lost:
                    if await self._committed(lost.xid):
                        return lost.result  # type: ignore[return-value]  # what this very work returned
                    fate.undecided = False
                    cause, state = "commit_unanswered", None
            except Exception as error:
                fault = fault_of(error)
                cause, state = cause_of(error), getattr(error, "sqlstate", None)
                if is_stale(error):
                    texts.renew(stamp)
                self._health.note(
                    well=fault in {Fault.NONE, Fault.ROLLED_BACK} or getattr(error, "sqlstate", None) == SLOW
                )
                if fault not in {Fault.GONE, Fault.ROLLED_BACK}:
                    _note(retried=False, state=state)
                    problem = as_problem(error, undecided=fate.undecided)
                    if problem is None:
                        raise
                    if fault is Fault.HOPELESS:
                        self._health.say(error)
                    raise problem from error
            measures.retries.add(cause)
            _note(retried=True, state=state)
            await _pause(tries)
            tries += 1

    async def _look(self, entry: PersonalEntry, work: Callable[[Reading], Awaitable[Result]]) -> Result:
        async with self._pool.lend() as connection:
            try:
                result = await work(Reading(traces.watched(connection), entry))
            except BaseException as error:
                # A refusal, by the work or by the server, leaves the connection between statements; else who knows.
                if fault_of(error) is Fault.GONE:
                    self._give_up(connection)
                elif not isinstance(error, ProblemError | asyncpg.PostgresError):
                    connection.terminate()
                raise
            self._health.note(well=True)
            return result

    async def _once(self, entry: Entry, work: Callable[[Transaction], Awaitable[Result]], fate: _Fate) -> Result:
        async with self._pool.lend() as connection:
            transaction = Transaction(traces.watched(connection))
            short = self._room is not None and self._room.is_short()
            try:
                await connection.execute((entry.reading_script if short else entry.script) + STAMP)
                result = await work(transaction)
                if transaction.xid is None:
                    transaction.xid = await transaction.fetchval(MARK_IF_WRITTEN)
                recovery = recovery_before(transaction.xid) if transaction.xid else self._noted_recovery
                if recovery != self._noted_recovery:
                    await transaction.execute(NOTE_RECOVERY)
            except BaseException as error:
                refused = short and isinstance(error, asyncpg.ReadOnlySQLTransactionError)
                if fault_of(error) is Fault.GONE and not refused:
                    self._give_up(connection)
                else:
                    await _roll_back(connection)
                if refused:
                    raise StorageFull from error
                raise
            fate.undecided = transaction.xid is not None
            try:
                await connection.execute("commit")
            except Exception as error:
                if fault_of(error) is not Fault.GONE:
                    fate.undecided = False
                    await _roll_back(connection)
                    raise
                self._give_up(connection)
                raise LostCommit(transaction.xid, result) from error
            except BaseException:
                connection.terminate()
                raise
            self._noted_recovery = recovery
            self._health.note(well=True)
            return result

    async def _committed(self, mark: str | None) -> bool:
        """What became of a transaction whose COMMIT went unanswered. One without a mark wrote nothing: done either way."""
        if mark is None:
            return True
        tries = 0
        while True:
            try:
                async with self._lend_once() as connection:
                    known = await committed(connection, mark)
                if known is not None:
                    return known
            except Exception as error:
                if fault_of(error) is not Fault.GONE:
                    raise
            await _pause(tries)
            tries += 1

    def _give_up(self, connection: asyncpg.Connection) -> None:
        """The link of this one is lost: the idle ones are no better, and each would cost somebody the time to find out."""
        connection.terminate()
        self._pool.forget_idle()

    @contextlib.asynccontextmanager
    async def _lend_once(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection that is not used again unless all goes well."""
        async with self._pool.lend() as connection:
            try:
                yield connection
            except BaseException:
                connection.terminate()
                raise


def _note(*, retried: bool, state: str | None) -> None:
    request = budget.current.get()
    if request is not None:
        request.note(retried=retried, sqlstate=state)


async def _pause(tries: int) -> None:
    await asyncio.sleep(random.uniform(0, min(BACKOFF_CAP_SECONDS, BACKOFF_BASE_SECONDS * 2 ** min(tries, 10))))  # noqa: S311


async def _roll_back(connection: asyncpg.Connection) -> None:
    try:
        async with asyncio.timeout(2):
            await connection.execute("rollback")
    except BaseException as error:
        connection.terminate()  # whatever it was, the connection is not used again
        if not isinstance(error, Exception):
            raise
