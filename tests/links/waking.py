"""A link to a database that sleeps: whoever connects waits until it is awake, and each who does is counted."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from api.database.url import Target


class Waking:
    """Stands between a server and PostgreSQL's socket, on a socket of its own in `folder`.

    `most` is how many connections waited for their first answer at once; `dials` how many there were.
    """

    def __init__(self, target: Target, folder: Path, seconds: float) -> None:
        self._behind = f"{target.host}/.s.PGSQL.{target.port}"
        self._folder = folder
        self._seconds = seconds
        self._asleep = False
        self._awake: asyncio.Event | None = None
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._dialling = self.most = self.dials = 0
        password = quote(target.password or "", safe="")
        self.url = f"postgresql://{target.user}:{password}@/{target.database}?host={quote(str(folder), safe='')}"

    @contextmanager
    def up(self) -> Iterator["Waking"]:
        server = self._loop.run_until_complete(asyncio.start_unix_server(self._accept, self._folder / ".s.PGSQL.5432"))
        thread = threading.Thread(target=self._loop.run_forever)
        thread.start()
        try:
            yield self
        finally:
            self._call(self._end, server)
            thread.join()
            self._loop.close()

    def sleep(self) -> None:
        """Cuts every connection; the first to come back wakes it, which takes `seconds`."""
        self._call(self._fall_asleep)

    def _call(self, what: Callable[..., None], *values: object) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(what, *values)
        self._loop.call_soon_threadsafe(done.set)
        done.wait()

    def _end(self, server: asyncio.Server) -> None:
        server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._loop.call_later(0.1, self._loop.stop)

    def _fall_asleep(self) -> None:
        self._asleep, self._awake = True, None
        for writer in self._writers:
            writer.transport.abort()

    def _wake(self, awake: asyncio.Event) -> None:
        self._asleep = False
        awake.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.dials += 1
        self._dialling += 1
        self.most = max(self.most, self._dialling)
        if self._asleep:
            if self._awake is None:
                self._awake = asyncio.Event()
                self._loop.call_later(self._seconds, self._wake, self._awake)
            await self._awake.wait()
        onward, back = await asyncio.open_unix_connection(self._behind)
        self._writers |= {writer, back}
        tasks = {asyncio.create_task(self._pass(reader, back)), asyncio.create_task(self._answer(onward, writer))}
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for end in (writer, back):
            end.transport.abort()
        self._writers -= {writer, back}
        await asyncio.wait(tasks)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(65536)
        self._dialling -= 1
        writer.write(first)
        await self._pass(reader, writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
