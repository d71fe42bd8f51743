"""A transport that sends head and body of an answer in one packet. uvicorn writes one after the other, and uvloop sends
each at once: one more system call here, and the client is woken twice."""

import asyncio
from typing import Any

LARGE = 64 * 1024
"""Bytes from which a body is not copied behind its head."""


class WholeAnswers:
    """Holds what is written until more follows, at the latest until the loop's next turn."""

    __slots__ = ("_held", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Sends what was held together with this, or holds it."""
        if len(data) >= LARGE:
            self._send_held()
            self._transport.write(data)
        elif self._held:
            held, self._held = self._held, b""
            self._transport.write(held + data)
        elif data:
            self._held = data
            self._loop.call_soon(self._send_held)

    def close(self) -> None:
        """Closes when everything is sent."""
        self._send_held()
        self._transport.close()

    def _send_held(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)
