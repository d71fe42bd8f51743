"""New connections, one attempt at a time: a hundred waiting requests must not become a hundred dials."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from api.database.url import Target

CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 8.0


class Dialler:
    """Connects. Whoever waited while an attempt failed is told of that failure instead of dialling again."""

    def __init__(
        self, target: Target, *, prepared_statements: bool, verify: Callable[[asyncpg.Connection], Awaitable[None]]
    ) -> None:
        self._arguments = target.arguments
        self._cache_size = 200 if prepared_statements else 0
        self._verify = verify
        self._verified = False
        self._gate = asyncio.Lock()
        self._failed_at = -1.0
        self._failure: Exception | None = None

    async def connect(self, *_: object, **pool_arguments: Any) -> asyncpg.Connection:
        """A connection. Raises what `asyncpg.connect` raises, and what `verify` raises about the first one."""
        loop = asyncio.get_running_loop()
        arrived = loop.time()
        async with self._gate:
            if self._failure is not None and self._failed_at >= arrived:
                raise ConnectionError("the attempt before failed") from self._failure
            try:
                return await self._dial(pool_arguments)
            except Exception as error:
                self._failed_at, self._failure = loop.time(), error
                raise

    async def _dial(self, pool_arguments: dict[str, Any]) -> asyncpg.Connection:
        connection = await asyncpg.connect(
            **self._arguments,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            statement_cache_size=self._cache_size,
            server_settings={"application_name": "todo"},
            **{
                name: pool_arguments[name]
                for name in ("connection_class", "record_class", "loop")
                if name in pool_arguments
            },
        )
        if not self._verified:
            try:
                await self._verify(connection)
            except BaseException:
                connection.terminate()
                raise
            self._verified = True
        return connection
