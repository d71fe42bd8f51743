"""The application that does nothing, in the server's own workers: what uvicorn takes of a request.

`python -m bench.bare WORKERS`
"""

import socket
import sys
from types import SimpleNamespace
from typing import Any

from api.database.url import Target
from api.settings import Settings
from api.utils.jwt_validator import Keys
from server import worker
from server.stopping import stop_signal
from server.workers import Workers

BODY = b'{"task":{"title":"%s"}}' % (b"x" * 178)
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]


class Empty:
    """Answers 200 bytes of JSON to everything."""

    def __init__(self, *_: object) -> None:
        self.door = SimpleNamespace()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for moment in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{moment}.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": BODY})


worker.create_app = Empty  # type: ignore[assignment, attr-defined]  # in each worker too: they import this module as they start


def main(workers: int) -> None:
    """Serves until SIGTERM."""
    with stop_signal() as stop, socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        target, keys = Target("", 0, "", None, "", "disable"), Keys(())
        Workers(workers, Settings(), target, keys, [listener]).run(
            stop, ready=lambda: print(f"Serving on {address}", flush=True)
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
