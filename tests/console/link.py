"""The way between console and server, as it is on a bad day: counts requests, loses answers, answers by itself."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Link(ThreadingHTTPServer):
    """Hands requests to `server`. `lose`: how many answers to drop after the server has given them, `cut`: how many to end
    in the middle; `instead`: what to answer without asking, `(status, headers, body)`, as often as there is one."""

    daemon_threads = True

    def __init__(self, server: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.target = urlsplit(server).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked: list[str] = []
        self.keys: list[str | None] = []
        self.lose = self.cut = 0
        self.silent_to = ""
        """The method whose answers are lost."""
        self.instead: list[tuple[int, dict[str, str], bytes]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Link
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        link = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        link.asked.append(f"{self.command} {self.path}")
        link.keys.append(self.headers.get("Idempotency-Key"))
        if link.instead:
            status, headers, data = link.instead.pop(0)
        else:
            asking = HTTPConnection(link.target, timeout=30)
            asking.request(self.command, self.path, body or None, dict(self.headers))
            answer = asking.getresponse()
            status, headers, data = answer.status, dict(answer.getheaders()), answer.read()
            asking.close()
        self.close_connection = True
        if link.lose or link.silent_to == self.command:
            link.lose = max(0, link.lose - 1)
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if link.cut else data)
        link.cut = max(0, link.cut - 1)

    do_GET = do_POST = do_PATCH = do_DELETE = _handle  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


@contextmanager
def linked(server: str, port: int = 0) -> Iterator[Link]:
    """A link for a while."""
    link = Link(server, port)
    thread = threading.Thread(target=link.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield link
    finally:
        link.shutdown()
        link.server_close()
        thread.join()
