"""Once a day: throws away what has expired (the bin after 30 days, idempotency keys after one, old sessions and events),
and seals anew what a secret of before had sealed."""

import asyncio
import logging
import threading

import asyncpg

from api.database.faults import Fault, fault_of
from api.database.session import Database
from api.database.url import Target
from api.errors import DatabaseUnavailable
from api.services.resealing import reseal

log = logging.getLogger("todo.server")
DAY_SECONDS = 24 * 3600.0
FIRST_SECONDS = 60.0


def tidy_daily(target: Target, secrets: tuple[str, ...]) -> None:
    """Starts the thread that does it, until the process ends. The first time is a minute after the start."""
    threading.Thread(target=_for_ever, args=(target, secrets), daemon=True, name="tidying").start()


def _for_ever(target: Target, secrets: tuple[str, ...]) -> None:
    clock = threading.Event()
    wait = FIRST_SECONDS
    while not clock.wait(wait):
        wait = DAY_SECONDS
        try:
            asyncio.run(tidy(target))
            asyncio.run(seal_anew(target, secrets))
        except DatabaseUnavailable:
            wait = FIRST_SECONDS
        except Exception as error:  # noqa: BLE001 - nobody above this thread would hear of it
            if fault_of(error) is Fault.NONE:
                log.critical("tidying failed: %s", type(error).__name__)
            else:
                wait = FIRST_SECONDS


async def tidy(target: Target) -> None:
    """Throws it away now."""
    connection = await asyncpg.connect(**target.arguments, timeout=10, statement_cache_size=0)
    try:
        await connection.execute("select todo.tidy()")
    finally:
        await connection.close(timeout=5)


async def seal_anew(target: Target, secrets: tuple[str, ...]) -> None:
    """Does it now; `secrets` are the server's, the newest first."""
    database = Database(target, pool_size=1, prepared_statements=False)
    try:
        unreadable = await reseal(database, secrets)
    finally:
        await database.close()
    if unreadable:
        log.warning(
            "%d second factors were sealed under a JWT_SECRET that is not known any more: their owners need a recovery code,"
            " or `todo-server users reset-second-factor`",
            unreadable,
        )
