"""A link to PostgreSQL that can be counted, cut, silenced, and made to lose the answer to a COMMIT."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from api.database.url import Target


class Link:
    """Stands between the pool and PostgreSQL, on a socket of its own."""

    def __init__(self, target: Target, folder: Path) -> None:
        self._behind = target
        self._folder = folder
        self.target = replace(target, host=str(folder))
        self.dials = 0
        self.refusing = False
        self.lose_commit = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    @contextlib.asynccontextmanager
    async def up(self) -> AsyncIterator["Link"]:
        server = await asyncio.start_unix_server(self._accept, self._folder / ".s.PGSQL.5432")
        async with server:
            yield self
            self.cut()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Ends every connection without a word."""
        for writer in self._writers:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.dials += 1
        if self.refusing:
            writer.transport.abort()
            return
        onward, back = await asyncio.open_unix_connection(f"{self._behind.host}/.s.PGSQL.{self._behind.port}")
        ends = {writer, back}
        self._writers |= ends
        losing = asyncio.Event()
        here = asyncio.create_task(self._ask(reader, back, losing))
        there = asyncio.create_task(self._answer(onward, writer, losing))
        self._tasks |= {here, there}
        await asyncio.wait({here, there}, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.transport.abort()
        self._writers -= ends

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, losing: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if self.lose_commit and data.startswith(b"Q") and data[5:].lower().startswith(b"commit"):
                self.lose_commit -= 1
                losing.set()
            writer.write(data)
            await writer.drain()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, losing: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if losing.is_set():
                return
            writer.write(data)
            await writer.drain()
