"""A link to PostgreSQL that can be counted, slowed, stalled, silenced, cut, refused, and made to lose answers to COMMIT."""

import asyncio
import contextlib
import enum
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from api.database.url import Target

_RESET_AT_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER of 0 seconds: RST instead of FIN
_CHUNK = 65536


class Way(enum.Flag):
    """A direction of a link."""

    QUESTIONS = enum.auto()
    ANSWERS = enum.auto()


@dataclass(eq=False)
class _Link:
    front: asyncio.StreamWriter
    dead: Way
    """Directions in which something was swallowed: they stay silent for good, as nobody could make sense of the rest."""
    back: asyncio.StreamWriter | None = None
    losing: bool = False

    def cut(self) -> None:
        for end in (self.front, self.back):
            if end is not None:
                end.transport.abort()


class Proxy:
    """Listens on 127.0.0.1, in front of `behind`. Its attributes may be changed at any time."""

    def __init__(self, behind: Target) -> None:
        self._behind = behind
        self._port = 0
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._moving = asyncio.Event()
        self._moving.set()
        self.dials = 0
        self.resetting = False
        """Whether new links are reset at once."""
        self.delay = 0.0
        """Seconds by which each packet is late."""
        self.swallowing = Way(0)
        """What goes nowhere; a new link whose questions do is not led on at all."""
        self.lose_commits = 0
        """To how many COMMITs the answer is lost, and the link with it. PostgreSQL gets the COMMIT."""

    @property
    def target(self) -> Target:
        """The way to the database through here."""
        return replace(self._behind, host="127.0.0.1", port=self._port, sslmode="disable")

    @contextlib.asynccontextmanager
    async def up(self) -> AsyncIterator["Proxy"]:
        """Takes connections for as long as the context lasts."""
        await self.accept()
        try:
            yield self
        finally:
            self.refuse()
            self.move()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def accept(self) -> None:
        """Listens, on the same port as before."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self._port, limit=_CHUNK)
        self._port = self._server.sockets[0].getsockname()[1]

    def refuse(self) -> None:
        """No longer listens, and resets every link."""
        if self._server is not None:
            self._server.close()
        self.cut()

    def cut(self) -> None:
        """Resets every link."""
        for link in self._links:
            link.cut()

    def stall(self) -> None:
        """From now on nothing moves; nothing is lost."""
        self._moving.clear()

    def move(self) -> None:
        """Everything moves again."""
        self._moving.set()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.dials += 1
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
        if self.resetting:
            writer.transport.abort()
            return
        link = _Link(writer, self.swallowing)
        self._links.add(link)
        try:
            await self._lead(reader, link)
        finally:
            link.cut()
            self._links.discard(link)

    async def _lead(self, reader: asyncio.StreamReader, link: _Link) -> None:
        if Way.QUESTIONS in link.dead:
            while await reader.read(_CHUNK):
                pass
            return
        try:
            onward, link.back = await self._open()
        except OSError:
            return
        ways = {
            asyncio.create_task(self._pump(reader, link.back, link, Way.QUESTIONS)),
            asyncio.create_task(self._pump(onward, link.front, link, Way.ANSWERS)),
        }
        self._tasks |= ways
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        link.cut()
        await asyncio.gather(*ways, return_exceptions=True)
        self._tasks -= ways

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._behind.host.startswith("/"):
            return await asyncio.open_unix_connection(f"{self._behind.host}/.s.PGSQL.{self._behind.port}")
        return await asyncio.open_connection(self._behind.host, self._behind.port)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, link: _Link, way: Way) -> None:
        while data := await source.read(_CHUNK):
            if self.delay:
                await asyncio.sleep(self.delay)
            await self._moving.wait()
            link.dead |= self.swallowing & way
            if way in link.dead:
                continue
            if way is Way.QUESTIONS and self.lose_commits and data[:1] == b"Q" and data[5:11].lower() == b"commit":
                self.lose_commits -= 1
                link.losing = True
            if way is Way.ANSWERS and link.losing:
                return
            sink.write(data)
            await sink.drain()
