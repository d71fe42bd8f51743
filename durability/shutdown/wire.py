"""HTTP/1.1 on a socket, so that it is known what was sent and what of an answer came."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

ANSWER_SECONDS = 30.0


class Unanswered(Exception):
    """The connection ended, or stayed silent for `ANSWER_SECONDS`, before a byte of an answer."""


class Torn(Exception):
    """An answer began and did not end, or cannot be read."""


@dataclass(frozen=True)
class Answer:
    """`closing`: the server says that it closes the connection."""

    status: int
    body: Any
    closing: bool


class Line:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.asked = 0

    @classmethod
    async def open(cls, port: int) -> "Line":
        """Raises `OSError` when it is refused."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def close(self) -> None:
        self._writer.transport.abort()

    async def ask(self, method: str, path: str, token: str | None = None, body: Any = None, pause: float = 0) -> Answer:
        """The whole answer. With a pause (in seconds) the last half of the body is sent that much later."""
        self.asked += 1
        text = b"" if body is None else json.dumps(body).encode()
        head = [
            f"{method} {path} HTTP/1.1",
            "Host: todo",
            "Content-Type: application/json",
            f"Content-Length: {len(text)}",
        ]
        if token:
            head.append(f"Authorization: Bearer {token}")
        request = "\r\n".join([*head, "", ""]).encode() + text
        later = len(text) // 2 if pause else 0
        try:
            self._writer.write(request[: len(request) - later])
            if later:
                await asyncio.sleep(pause)
                self._writer.write(request[-later:])
            first = await asyncio.wait_for(self._reader.read(65536), ANSWER_SECONDS)
        except (OSError, TimeoutError) as error:
            raise Unanswered from error
        if not first:
            raise Unanswered
        try:
            return await asyncio.wait_for(self._rest(first), ANSWER_SECONDS)
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
            raise Torn(f"{type(error).__name__} after {first[:80]!r}") from error

    async def _rest(self, data: bytes) -> Answer:
        while b"\r\n\r\n" not in data:
            more = await self._reader.read(65536)
            if not more:
                raise ValueError("the head has no end")
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        missing = int(headers.get("content-length", "0")) - len(body)
        if missing < 0:
            raise ValueError("more than the answer")
        if missing:
            body += await self._reader.readexactly(missing)
        return Answer(
            int(first.split()[1]), json.loads(body or b"null"), headers.get("connection", "").lower() == "close"
        )
