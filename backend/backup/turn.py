"""Of several servers of one database, one at a time makes its daily backup."""

import asyncio
import contextlib
from collections.abc import Iterator

import asyncpg

from api.database.dialler import CONNECT_SECONDS
from api.database.url import Target
from backup.errors import BackupError

_LOCK = "select pg_try_advisory_xact_lock(hashtext('todo.backup'))"
"""Of a transaction: a session's would be anybody's behind a pooler."""


@contextlib.contextmanager
def my_turn(target: Target) -> Iterator[bool]:
    """Whether nobody else is at it, for as long as the context lasts. Raises `BackupError` where nobody answers."""
    with asyncio.Runner() as runner:
        try:
            connection = runner.run(_connected(target))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise BackupError(f"{target} cannot be used: {str(error) or type(error).__name__}.") from error
        try:
            yield runner.run(connection.fetchval(_LOCK))
        finally:
            connection.terminate()


async def _connected(target: Target) -> asyncpg.Connection:
    connection = await asyncpg.connect(**target.arguments, timeout=CONNECT_SECONDS, statement_cache_size=0)
    await connection.execute("begin; set local idle_in_transaction_session_timeout = 0")
    return connection
