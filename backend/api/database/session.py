"""The one way to the database: a bounded pool, one transaction a request, and the only retries there are.

A unit of work runs inside one transaction and may run again: it must do nothing but read and write the database. Retried
is what surely did not happen (nothing sent, or rolled back); a COMMIT whose answer was lost is looked up, not guessed.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, TypeVar

import asyncpg

from api.database.dialler import Dialler
from api.database.entry import Entry
from api.database.faults import SLOW, Fault, as_problem, fault_of
from api.database.outcome import MARK_IF_WRITTEN, committed
from api.database.schema import STAMP
from api.database.url import Target
from api.database.wall import check_wall
from api.errors import DatabaseUnavailable

Result = TypeVar("Result")

BUDGET_SECONDS = 25.0
"""For everything a request does in the database, waiting and retries included; the user's limit is 30 s."""
BACKOFF_BASE_SECONDS, BACKOFF_CAP_SECONDS = 0.05, 2.0
WAITERS_MAX = 1000
"""Requests that may wait for a connection; the next is answered 503 at once."""
IDLE_SECONDS = 120.0
"""After which a connection is closed: less than the 300 s after which Neon suspends and cuts it."""


@cache
def _stamped(sql: str) -> str:
    return sql + STAMP


class Transaction:
    """Statements of one transaction. `xid` is its mark (outcome.py), set by whoever learns it in passing."""

    __slots__ = ("_connection", "xid")

    def __init__(self, connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> None:
        self._connection = connection
        self.xid: str | None = None

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """All rows."""
        rows: list[asyncpg.Record] = await self._connection.fetch(_stamped(sql), *values)
        return rows

    async def fetchrow(self, sql: str, *values: object) -> asyncpg.Record | None:
        """The first row, if there is one."""
        return await self._connection.fetchrow(_stamped(sql), *values)

    async def fetchval(self, sql: str, *values: object) -> Any:
        """The first column of the first row."""
        return await self._connection.fetchval(_stamped(sql), *values)

    async def execute(self, sql: str, *values: object) -> int:
        """How many rows the statement touched."""
        status = await self._connection.execute(_stamped(sql), *values)
        return int(status.rsplit(" ", 1)[-1]) if status[-1:].isdigit() else 0

    async def executemany(self, sql: str, rows: list[tuple[object, ...]]) -> None:
        """The statement once a row."""
        await self._connection.executemany(_stamped(sql), rows)


class LostCommit(Exception):
    """COMMIT was sent and no answer came. `result` is what the work returned, `xid` the transaction's mark."""

    def __init__(self, xid: str | None, result: object) -> None:
        super().__init__("the answer to COMMIT was lost")
        self.xid = xid
        self.result = result


class Database:
    """The pool of one process. Open it, `transact` with it, close it."""

    def __init__(self, target: Target, *, pool_size: int = 10, prepared_statements: bool = True) -> None:
        self.target = target
        self._pool_size = pool_size
        self._prepared_statements = prepared_statements
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._waiters = 0
        self._answered_at = 0.0
        self._well = False

    async def open(self) -> None:
        """Makes the pool. Connects to nothing yet: a server whose database is down starts all the same."""
        dialler = Dialler(self.target, prepared_statements=self._prepared_statements, verify=check_wall)
        self._pool = asyncpg.create_pool(
            min_size=0,
            max_size=self._pool_size,
            max_inactive_connection_lifetime=IDLE_SECONDS,
            connect=dialler.connect,
            reset=_leave_as_it_is,
        )
        await self._pool

    async def close(self) -> None:
        """Waits for what runs, at most ten seconds, then cuts."""
        if self._pool is not None:
            try:
                async with asyncio.timeout(10):
                    await self._pool.close()
            except TimeoutError:
                self._pool.terminate()

    async def transact(
        self, entry: Entry, work: Callable[[Transaction], Awaitable[Result]], *, seconds: float = BUDGET_SECONDS
    ) -> Result:
        """Runs `work` in one transaction entered as `entry`, committed when this returns.

        Raises what `work` raises, after rolling back; `Unauthorized` when the entry is refused; `DatabaseUnavailable` or
        `StorageFull` when the database does not answer within `seconds`, waiting and retries included.
        """
        if self._waiters >= WAITERS_MAX:
            raise DatabaseUnavailable
        self._waiters += 1
        try:
            async with asyncio.timeout(seconds):
                return await self._until_it_holds(entry, work)
        except TimeoutError:
            self._note(well=False)
            raise DatabaseUnavailable from None
        finally:
            self._waiters -= 1

    async def well(self, *, within: float) -> bool:
        """Whether the database answers: by the last outcome if that is younger than `within` seconds, else by asking."""
        if time.monotonic() - self._answered_at < within:
            return self._well
        try:
            async with asyncio.timeout(3), self._acquired() as connection:
                await connection.execute("select 1")
        except Exception as error:
            if as_problem(error) is None and not isinstance(error, TimeoutError):
                raise
            self._note(well=False)
        else:
            self._note(well=True)
        return self._well

    async def _until_it_holds(self, entry: Entry, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        tries = 0
        while True:
            try:
                try:
                    return await self._once(entry, work)
                except LostCommit as lost:
                    if await self._committed(lost.xid):
                        return lost.result  # type: ignore[return-value]  # what this very work returned
            except Exception as error:
                fault = fault_of(error)
                self._note(well=fault in {Fault.NONE, Fault.ROLLED_BACK} or getattr(error, "sqlstate", None) == SLOW)
                if fault not in {Fault.GONE, Fault.ROLLED_BACK}:
                    problem = as_problem(error)
                    if problem is None:
                        raise
                    raise problem from error
            await _pause(tries)
            tries += 1

    async def _once(self, entry: Entry, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        async with self._acquired() as connection:
            transaction = Transaction(connection)
            try:
                await connection.execute(entry + STAMP)
                result = await work(transaction)
                if transaction.xid is None:
                    transaction.xid = await transaction.fetchval(MARK_IF_WRITTEN)
            except BaseException as error:
                if fault_of(error) is Fault.GONE:
                    _drop(connection)
                else:
                    await _roll_back(connection)
                raise
            try:
                await connection.execute("commit")
            except Exception as error:
                if fault_of(error) is not Fault.GONE:
                    await _roll_back(connection)
                    raise
                _drop(connection)
                raise LostCommit(transaction.xid, result) from error
            except BaseException:
                _drop(connection)
                raise
            self._note(well=True)
            return result

    async def _committed(self, mark: str | None) -> bool:
        """What became of a transaction whose COMMIT went unanswered. One without a mark wrote nothing: done either way."""
        if mark is None:
            return True
        tries = 0
        while True:
            try:
                async with self._acquired() as connection:
                    known = await committed(connection, mark)
                if known is not None:
                    return known
            except Exception as error:
                if fault_of(error) is not Fault.GONE:
                    raise
            await _pause(tries)
            tries += 1

    @contextlib.asynccontextmanager
    async def _acquired(self) -> Any:
        if self._pool is None:
            raise DatabaseUnavailable
        async with self._pool.acquire() as connection:
            yield connection

    def _note(self, *, well: bool) -> None:
        self._well, self._answered_at = well, time.monotonic()


async def _pause(tries: int) -> None:
    await asyncio.sleep(random.uniform(0, min(BACKOFF_CAP_SECONDS, BACKOFF_BASE_SECONDS * 2 ** min(tries, 10))))  # noqa: S311


async def _leave_as_it_is(_: object) -> None:
    """Between transactions a connection has no state of ours: everything is set for one transaction only."""


async def _roll_back(connection: Any) -> None:
    try:
        async with asyncio.timeout(2):
            await connection.execute("rollback")
    except BaseException as error:
        _drop(connection)  # whatever it was, the connection is not used again
        if not isinstance(error, Exception):
            raise


def _drop(connection: Any) -> None:
    with contextlib.suppress(asyncpg.InterfaceError):  # one that was lost has left the pool by itself
        connection.terminate()
