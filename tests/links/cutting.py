"""Idle connections are cut again and again, as a database does that scales to zero."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from api.database.url import parse_url

EVERY_SECONDS = 0.2
_CUT = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'todo' and state = 'idle'"


class Cutter:
    """`count` is how many connections it has cut."""

    def __init__(self, superuser_url: str) -> None:
        self._url = superuser_url
        self._stop = threading.Event()
        self.count = 0

    @contextmanager
    def at_work(self) -> Iterator["Cutter"]:
        thread = threading.Thread(target=lambda: asyncio.run(self._go()))
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()

    async def _go(self) -> None:
        connection = await asyncpg.connect(**parse_url(self._url).arguments)
        try:
            while not self._stop.is_set():
                self.count += len(await connection.fetch(_CUT))
                await asyncio.sleep(EVERY_SECONDS)
        finally:
            await connection.close()
