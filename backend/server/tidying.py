"""Throws away, once a day, what has expired: the bin after 30 days, idempotency keys after one, old sessions."""

import asyncio
import logging
import threading

import asyncpg

from api.database.faults import Fault, fault_of
from api.database.url import Target

log = logging.getLogger("todo.server")
DAY_SECONDS = 24 * 3600.0
FIRST_SECONDS = 60.0


def tidy_daily(target: Target) -> None:
    """Starts the thread that does it, until the process ends. The first time is a minute after the start."""
    threading.Thread(target=_for_ever, args=(target,), daemon=True, name="tidying").start()


def _for_ever(target: Target) -> None:
    clock = threading.Event()
    wait = FIRST_SECONDS
    while not clock.wait(wait):
        wait = DAY_SECONDS
        try:
            asyncio.run(tidy(target))
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
