"""One keep-alive connection, as thin as a client can be that reads every answer whole."""

import asyncio
import re
from typing import NamedTuple
from urllib.parse import urlsplit

LONGEST_SECONDS = 30.0
"""For an answer; the user allows no longer, whatever happens to the database."""
_IDLE_SECONDS = 4.0
"""After which a connection is not used again: the server closes it after 5, and what crosses with that is lost."""
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_NO_BODY = {204, 304}


class Broken(Exception):
    """The connection ended, or said something that is no answer, before the answer was whole."""


class NotSent(Broken):
    """There was no connection: the question never left."""


class Answer(NamedTuple):
    """What came back. `head` is the status line and the headers."""

    status: int
    head: bytes
    body: bytes


def read_answer(received: bytes) -> Answer | None:
    """The answer, once all of it has come. Raises `Broken` for what is none, or more than one."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = received[: end + 2]
    if not head.startswith(b"HTTP/1.1 "):
        raise Broken("the answer is not HTTP/1.1")
    status = int(head[9:12])
    found = _LENGTH.search(head)
    if found is None and status not in _NO_BODY:
        raise Broken("the answer does not say how long it is")
    whole = end + 4 + (int(found[1]) if found else 0)
    if len(received) > whole:
        raise Broken("more came than the answer")
    return Answer(status, head, received[end + 4 :]) if len(received) == whole else None


def request(method: str, path: str, headers: str = "", body: str = "") -> bytes:
    """A request as it goes over the wire. `headers` are whole lines."""
    content = body.encode()
    if content:
        headers += "Content-Type: application/json\r\n"
    if content or method == "POST":
        headers += f"Content-Length: {len(content)}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode() + content


class Connection(asyncio.Protocol):
    """Asks one thing after the other. One that was idle for long, or was closed meanwhile, is made again."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._address = address.hostname or "", address.port or 80
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._received = b""
        self._used_at = 0.0

    async def ask(self, sent: bytes) -> Answer:
        """The answer. Raises `Broken`."""
        loop = asyncio.get_running_loop()
        if self._received:
            self.close()
            raise Broken("something came that nobody had asked for")
        if loop.time() - self._used_at > _IDLE_SECONDS:
            self.close()
        if self._transport is None or self._transport.is_closing():
            try:
                self._transport, _ = await loop.create_connection(lambda: self, *self._address)
            except OSError as error:
                raise NotSent(f"no connection: {error.strerror or error}") from error
        self._answer = loop.create_future()
        clock = loop.call_later(LONGEST_SECONDS, self._give_up)
        self._transport.write(sent)
        try:
            return await self._answer
        finally:
            clock.cancel()
            self._used_at = loop.time()

    def close(self) -> None:
        """The next question makes another."""
        if self._transport is not None:
            self._transport.abort()
        self._transport, self._received = None, b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._answer is None or self._answer.done():
            return  # the next question finds it
        try:
            answer = read_answer(self._received)
        except Broken as broken:
            self._break(broken)
            return
        if answer is not None:
            self._received = b""
            self._answer.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._break(Broken("the connection was closed before the answer was whole"))

    def _give_up(self) -> None:
        self._break(Broken(f"no answer within {LONGEST_SECONDS:.0f} s"))

    def _break(self, broken: Broken) -> None:
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(broken)
