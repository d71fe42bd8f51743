"""The connections of one process: at most `size`, lent to whoever waits longest.

asyncpg's own pool lets a newcomer overtake those who wait, and makes a task of each return; at a hundred requests at once
the slowest waited twenty times as long as the median (decision 6).
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable

import asyncpg

from api.errors import DatabaseUnavailable
from api.telemetry import measures

IDLE_SECONDS = 120.0
"""After which a connection is closed: less than the 300 s after which Neon suspends and cuts it."""
SWEEP_SECONDS = 15.0
CLOSE_SECONDS = 5.0


Connect = Callable[[Callable[[], asyncpg.Connection | None]], Awaitable[asyncpg.Connection]]
"""Connects; is given a function for a connection that has come back while the attempt had to wait, which will do as well."""


class Pool:
    """`async with pool.lend() as connection`. One that comes back closed is forgotten: whoever breaks one closes it."""

    def __init__(self, connect: Connect, *, size: int) -> None:
        self._connect = connect
        self._size = size
        self._turns = asyncio.Semaphore(size)  # serves in order
        self._idle: deque[tuple[float, asyncpg.Connection]] = deque()
        self._lent: set[asyncpg.Connection] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._closed = False
        self._waiting = 0

    def lend(self) -> "_Loan":
        """The connection used last, or a new one, between transactions. Entering raises what connecting raises."""
        return _Loan(self)

    async def acquire(self) -> asyncpg.Connection:
        if self._closed:
            raise DatabaseUnavailable
        if self._turns.locked():
            await self._wait_for_turn()
        else:
            await self._turns.acquire()
            measures.pool_wait.none()
        try:
            connection = self._take() or await self._connect(self._take)
        except BaseException:
            self._turns.release()
            raise
        self._lent.add(connection)
        return connection

    async def _wait_for_turn(self) -> None:
        began = time.monotonic()
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
            measures.pool_wait.observe(time.monotonic() - began)

    def tell(self) -> None:
        """Sets the gauges."""
        measures.pool_size.set(self._size)
        measures.pool_used.set(len(self._lent))
        measures.pool_idle.set(len(self._idle))
        measures.pool_waiting.set(self._waiting)

    def release(self, connection: asyncpg.Connection) -> None:
        self._lent.discard(connection)
        if not connection.is_closed():
            self._idle.append((asyncio.get_running_loop().time(), connection))
        self._turns.release()

    def forget_idle(self) -> None:
        """Cuts those that nobody uses."""
        while self._idle:
            self._idle.pop()[1].terminate()

    async def close(self, *, within: float) -> None:
        """Waits for what runs, at most `within` seconds, then cuts it; closes what is idle."""
        self._closed = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        try:
            async with asyncio.timeout(within):
                for _ in range(self._size):
                    await self._turns.acquire()
        except TimeoutError:
            for connection in self._lent:
                connection.terminate()
        while self._idle:
            await _close(self._idle.pop()[1])

    def _take(self) -> asyncpg.Connection | None:
        if self._closed:
            raise DatabaseUnavailable
        if self._sweeper is None:
            self._sweeper = asyncio.create_task(self._sweep())
        while self._idle:
            _, connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            old = asyncio.get_running_loop().time() - IDLE_SECONDS
            while self._idle and self._idle[0][0] < old:
                await _close(self._idle.popleft()[1])


class _Loan:
    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __aenter__(self) -> asyncpg.Connection:
        self._connection = await self._pool.acquire()
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        self._pool.release(self._connection)


async def _close(connection: asyncpg.Connection) -> None:
    with contextlib.suppress(Exception):  # nosemgrep: swallowed-exception - it is gone either way
        await connection.close(timeout=CLOSE_SECONDS)
