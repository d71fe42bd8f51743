"""New connections, one attempt at a time: a hundred waiting requests must not become a hundred dials."""

import asyncio
import os
import random
import socket
from collections.abc import Awaitable, Callable

import asyncpg

from api.database.url import Target

CONNECT_SECONDS = 8.0
"""For a connection and the look at the wall: a database that sleeps, as Neon's, may take five to wake."""
COMMAND_SECONDS = 8.0
PAUSE_BASE_SECONDS, PAUSE_CAP_SECONDS = 0.05, 1.0
"""After an attempt that failed: jitter below a bound that doubles, up to the second one."""
_KEPT_ALIVE = ((socket.TCP_KEEPIDLE, 30), (socket.TCP_KEEPINTVL, 10), (socket.TCP_KEEPCNT, 3))
_UNHEARD_MILLISECONDS = 15_000


class Dialler:
    """Connects. Whoever waited while an attempt failed is told of that failure instead of dialling again."""

    def __init__(
        self, target: Target, *, prepared_statements: bool, verify: Callable[[asyncpg.Connection], Awaitable[None]]
    ) -> None:
        self._arguments = target.arguments
        self._cache_size = 200 if prepared_statements else 0
        self._verify = verify
        self._gate = asyncio.Lock()
        self._failures = 0
        self._next = 0.0
        self._failed_at = -1.0
        self._failure: Exception | None = None

    async def connect(self, spare: Callable[[], asyncpg.Connection | None] = lambda: None) -> asyncpg.Connection:
        """A verified connection, or a spare one if there is one when it is this attempt's turn: after an outage ten attempts
        in a row would keep people waiting for what the first could serve. Raises what `asyncpg.connect` and `verify` raise."""
        loop = asyncio.get_running_loop()
        arrived = loop.time()
        async with self._gate:
            found = spare()
            if found is not None:
                return found
            if self._failure is not None and self._failed_at >= arrived:
                raise self._failure.with_traceback(None)
            await asyncio.sleep(self._next - loop.time())
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    connection = await self._dial()
            except Exception as error:
                self._failed_at, self._failure = loop.time(), error
                pause = min(PAUSE_CAP_SECONDS, PAUSE_BASE_SECONDS * 2 ** min(self._failures, 10))
                self._failures += 1
                self._next = loop.time() + random.uniform(pause / 2, pause)  # noqa: S311
                raise
            self._failures, self._next, self._failure = 0, 0.0, None
            return connection

    async def _dial(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(
            **self._arguments,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            statement_cache_size=self._cache_size,
            server_settings={"application_name": "todo"},
        )
        try:
            _keep_alive(connection)
            await self._verify(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection


def _keep_alive(connection: asyncpg.Connection) -> None:
    """Lets the kernel notice a server that went without a word; asyncpg leaves the socket as it is."""
    link = connection._transport.get_extra_info("socket")  # noqa: SLF001 - there is no other way to it
    if link is None or link.family == socket.AF_UNIX:
        return
    with socket.socket(fileno=os.dup(link.fileno())) as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEPT_ALIVE:
            ours.setsockopt(socket.IPPROTO_TCP, option, value)
        ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNHEARD_MILLISECONDS)
