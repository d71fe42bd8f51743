"""Something that answers on a port, and is no todo server."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Behaviour = Callable[[socket.socket, "Raw"], None]


@dataclass
class Raw:
    """What it was sent, as text, and when it is to end."""

    port: int
    heard: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def hear(self, end: socket.socket) -> str:
        """The head of a request; the rest is read too, since what was not read turns an answer and a farewell into a cut."""
        data = b""
        while b"\r\n\r\n" not in data and (part := end.recv(65536)):
            data += part
        head, border, body = data.decode("latin-1").partition("\r\n\r\n")
        self.heard.append(head + border)
        length = re.search(r"(?i)^content-length: (\d+)", head, re.MULTILINE)
        left = int(length[1]) - len(body) if length else 0
        while left > 0 and (part := end.recv(left)):
            left -= len(part)
        return self.heard[-1]


@contextmanager
def raw(behaviour: Behaviour, certificates: Path | None = None) -> Iterator[Raw]:
    """One for a while, with TLS where there are certificates."""
    context = None
    if certificates:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Raw(listening.getsockname()[1])

        def serve(end: socket.socket) -> None:
            # Whoever hears something that he does not like goes away: this is what is tried here.
            with suppress(OSError), end:
                if context is None:
                    behaviour(end, server)
                else:
                    with context.wrap_socket(end, server_side=True) as secured:
                        behaviour(secured, server)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def says(answer: bytes) -> Behaviour:
    """Whoever asks hears this, and no more."""

    def behave(end: socket.socket, server: Raw) -> None:
        server.hear(end)
        end.sendall(answer)

    return behave


def hangs(end: socket.socket, server: Raw) -> None:
    """Listens, and says nothing."""
    server.hear(end)
    server.over.wait(60)


def leads_to(port: int) -> Behaviour:
    """A proxy that does what it is there for."""

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                sink.sendall(part)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def behave(end: socket.socket, server: Raw) -> None:
        server.hear(end)
        with socket.create_connection(("127.0.0.1", port)) as beyond:
            end.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pump, args=(beyond, end), daemon=True)
            back.start()
            pump(end, beyond)
            back.join()

    return behave
