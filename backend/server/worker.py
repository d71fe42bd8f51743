"""One process that serves. It ends with its parent, and never in the middle of a request."""

import asyncio
import gc
import os
import signal
import socket
import threading
from collections.abc import Sequence
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait

import uvicorn
import uvloop

from api.database.url import Target
from api.main import create_app
from api.settings import Settings
from api.telemetry.logs import configure
from api.utils.jwt_validator import Keys
from server.connections import BoundedConnection

LAST_ARRIVALS_SECONDS = 0.15
"""After the stop, how long connections are still taken that the kernel had accepted for us already."""
LAST_REQUESTS_SECONDS = 1.0
"""After the stop, how long connections that are idle may still bring one more request, and be told to close after it."""
FINISH_SECONDS = 15
KEEP_ALIVE_SECONDS = 75
"""How long an idle connection stays: longer than proxies keep theirs (nginx: 60), so that none sends into a close."""


def work(
    settings: Settings, target: Target, keys: Keys, listeners: Sequence[socket.socket], started: Connection | None
) -> None:
    """Serves on `listeners` until SIGTERM, or until the parent is gone."""
    os.setsid()  # Ctrl-C at the terminal is for the parent, which then tells its workers
    configure(settings.log, settings.log_level)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    app = create_app(settings, target, keys)
    config = uvicorn.Config(
        app,
        http=BoundedConnection,
        loop="none",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=FINISH_SECONDS,
    )
    # What is there by now stays: looking through it again and again took 6 % of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    uvloop.run(FinishingServer(config, started).serve(sockets=[*listeners]))


class FinishingServer(uvicorn.Server):
    """Lets connections finish: each is told to close with its next answer before any is closed."""

    def __init__(self, config: uvicorn.Config, started: Connection | None) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._started is not None:
            self._started.send(True)
            self._started.close()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in sockets or []:
            listener.listen(0)  # no more shall queue up, or closing would cut them
        await asyncio.sleep(LAST_ARRIVALS_SECONDS)
        for server in self.servers:
            server.close()
        await asyncio.sleep(LAST_ARRIVALS_SECONDS)  # until the other workers have too, and nobody can move to them
        self.config.app.door.closing = True  # type: ignore[union-attr]  # the application made above
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LAST_REQUESTS_SECONDS
        while self.server_state.connections and loop.time() < deadline:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
