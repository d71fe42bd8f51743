"""One request and its answer. No redirect is followed, so that the token goes to no other host; proxies as the environment
says, but never for this machine itself."""

import http.client
import ipaddress
import ssl
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urlsplit

from console.remote.address import is_loopback
from console.remote.errors import OutcomeUnknown, Unreachable
from console.remote.reasons import reason

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 35.0
"""The server answers within 30 s, whatever happens to its database."""
_WHOLE_SECONDS = 300.0
_LARGEST = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Message
    data: bytes


class Connection:
    """The way to one server."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._sent = False
        self._host = urlsplit(server).netloc
        self.local = is_loopback(urlsplit(server).hostname or "")
        self._opener = urllib.request.OpenerDirector()
        try:
            self._opener.add_handler(urllib.request.ProxyHandler({} if self.local else None))
        except ValueError as error:
            raise Unreachable("The address of the proxy in the environment is no address.") from error
        self._opener.add_handler(_Http(self))
        if server.startswith("https:"):
            self._opener.add_handler(_Https(self))

    def note_sending(self) -> None:
        """From now on the server may have got the request."""
        self._sent = True

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        """Send a request. Raises `Unreachable`, and `OutcomeUnknown` where it may have arrived all the same."""
        self._sent = False
        request = urllib.request.Request(  # noqa: S310 - http and https alone have a handler
            self.server + path, body, dict(headers), method=method
        )
        try:
            answer = self._opener.open(request, timeout=_CONNECT_SECONDS)
            if answer is None:
                raise Unreachable(f"{self.server} cannot be asked: no way leads there.")
            with answer:
                return Reply(answer.status, answer.headers, self._read(answer))
        except (OSError, http.client.HTTPException, ValueError, OverflowError) as error:
            kind = OutcomeUnknown if self._sent else Unreachable
            proxy = None if request.host == self._host else request.host or "of the environment"
            raise kind(f"{self.server} cannot be reached: {reason(error, proxy)}.") from error

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        deadline = time.monotonic() + _WHOLE_SECONDS
        parts, size = [], 0
        while part := answer.read1(1 << 20):
            parts.append(part)
            size += len(part)
            if size > _LARGEST or time.monotonic() > deadline:
                raise http.client.HTTPException("the answer does not end")
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        return b"".join(parts)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_noting(http.client.HTTPConnection, self._connection), request)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(
            _noting(http.client.HTTPSConnection, self._connection), request, context=ssl.create_default_context()
        )


def _noting(kind: type[http.client.HTTPConnection], connection: Connection) -> type[http.client.HTTPConnection]:
    """The same kind of connection, which says when it stands and is then given longer for the answer."""

    class Noting(kind):  # type: ignore[misc, valid-type]
        def connect(self) -> None:
            super().connect()
            if connection.local and not ipaddress.ip_address(self.sock.getpeername()[0].partition("%")[0]).is_loopback:
                raise OSError("its name leads to another machine")
            self.sock.settimeout(_ANSWER_SECONDS)
            connection.note_sending()

    return Noting
