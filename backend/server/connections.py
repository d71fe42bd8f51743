"""The connections of a worker: uvicorn's, with bounds on what it would read or wait for without end."""

import asyncio
import secrets
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.errors import ProblemError
from api.middleware.problems import render
from server.whole_answers import WholeAnswers

HEAD_MAX = 64 * 1024
"""Bytes of a request's line and headers."""
HEAD_SECONDS = 30.0
"""For a request's line and headers to arrive."""
UNREAD_MAX = 4 * 1024 * 1024
"""Bytes of a body that are still taken, and thrown away, after its refusal: who is sending reads no answer yet."""


_END = b"\r\n\r\n"


class NotHttp(ProblemError):
    status, title, code = 400, "Not HTTP", "VALIDATION_ERROR"
    sentence = "The request is not valid HTTP."


class HeadTooLarge(ProblemError):
    status, title, code = 431, "Headers too large", "PAYLOAD_TOO_LARGE"
    sentence = f"The address and the headers are too large: at most {HEAD_MAX} bytes are taken."


class BoundedConnection(HttpToolsProtocol):
    """Refuses a head that is too long, and closes when one never ends or a refused body goes on and on."""

    _head = 0
    _last = b""
    """The end of what came of a head so far, in which its own end may begin."""
    _unread = 0
    _in_head = True
    _clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(WholeAnswers(transport, self.loop))  # type: ignore[arg-type]  # as much of one as is used
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            before = self._head
            self._head += len(data)
            # Read at once and whole, it would be over before it is known to be too long.
            if self._head > HEAD_MAX and _END not in self._last + data[: HEAD_MAX - before]:
                self._refuse(HeadTooLarge())
                return
            self._last = data[-3:]
        super().data_received(data)
        if self._in_head and self._head:  # it goes on: most come whole, and need no clock
            self._wait_for_head()

    def on_message_begin(self) -> None:
        self._unread = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # trailers mean nothing here
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        hosts = [name for name, _ in self.headers if name == b"host"]
        if len(hosts) != 1 and (hosts or self.parser.get_http_version() == "1.1"):
            raise ValueError(hosts)  # 400: RFC 9112, section 3.2
        self._in_head, self._head = False, 0
        self._stop_waiting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self.cycle.response_complete:
            self._unread += len(body)
            if self._unread > UNREAD_MAX:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(NotHttp())

    def _refuse(self, problem: ProblemError) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body:
            self.cycle.keep_alive = False  # the request before this one gets its answer first
            self.flow.pause_reading()
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            request_id = secrets.token_hex(16)
            answer = render(problem, request_id)
            headers = [
                *answer.raw_headers,
                *self.config.app.door.private_headers,  # type: ignore[union-attr]  # the application of worker.py
                (b"x-request-id", request_id.encode()),
                (b"connection", b"close"),
            ]
            lines = [b"HTTP/1.1 %d %s" % (problem.status, HTTPStatus(problem.status).phrase.encode())]
            lines += [name + b": " + value for name, value in headers]
            self.transport.write(b"\r\n".join([*lines, b"", bytes(answer.body)]))
        self.transport.close()

    def _wait_for_head(self) -> None:
        if self._clock is None:
            self._clock = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
