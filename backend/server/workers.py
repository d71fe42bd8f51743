"""The processes that serve: started, replaced when they die, told to finish when the server stops."""

import logging
import multiprocessing
import socket
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from api.database.url import Target
from api.settings import Settings
from api.telemetry import measures
from api.telemetry.cells import cells, shared
from api.telemetry.sampling import take_over
from api.utils.jwt_validator import Keys
from server.allocation import give_back_what_is_large
from server.arrivals import take_no_more
from server.stopping import Stop

log = logging.getLogger("todo.server")
FINISH_SECONDS = 20.0
"""How long requests may still take after a stop was asked for."""
RESTART_SECONDS = 0.5
FAILED_STARTS = 5
"""So many workers may end before one serves: then none will."""


class Workers:
    """`count` processes on the same listening sockets: the first is for people, one more may be for metrics."""

    def __init__(
        self, count: int, settings: Settings, target: Target, keys: Keys, listeners: Sequence[socket.socket]
    ) -> None:
        self._count = count
        self._numbers = shared(count + 1)
        cells.attach(self._numbers, count)
        measures.started.set(time.time())
        self._arguments = (settings, target, keys, listeners)
        self._listeners = listeners
        self._spawn = multiprocessing.get_context("spawn")
        self._processes: list[SpawnProcess] = []
        self._started: Connection | None = None
        """Where a worker says that it serves, until one has."""
        self._failed_starts = 0

    def run(self, stop: Stop, ready: Callable[[], None]) -> None:
        """Serves until a signal says stop; `ready` is called when the first request can be taken. Raises `ChildProcessError`
        where no worker comes to that."""
        stop.serving()
        give_back_what_is_large()
        first, started = self._spawn.Pipe(duplex=False)
        self._started = started
        self._processes = [self._start(place) for place in range(self._count)]
        waiting: list[Connection] = [first]
        while True:
            found = wait([*(process.sentinel for process in self._processes), *waiting, stop.readable])
            if first in found:
                waiting.clear()
                started.close()
                self._started = None
                ready()
            if stop.readable in found:
                break
            self._replace_dead()
        self._finish()

    def _start(self, place: int) -> SpawnProcess:
        arguments = (self._numbers, place, *self._arguments, self._started)
        process = self._spawn.Process(target=_work, args=arguments, name="todo-worker")
        process.start()
        return process

    def _replace_dead(self) -> None:
        for place, process in enumerate(self._processes):
            if process.exitcode is not None:
                log.error("a worker ended with status %s: starting another", process.exitcode)
                measures.worker_restarts.add()
                self._failed_starts += self._started is not None
                if self._failed_starts == FAILED_STARTS:
                    self._finish()
                    raise ChildProcessError("no worker could be started: the lines above say why")
                time.sleep(RESTART_SECONDS)
                self._processes[place] = self._start(place)

    def _finish(self) -> None:
        for listener in self._listeners:
            take_no_more(listener)
            listener.close()
        deadline = time.monotonic() + FINISH_SECONDS
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(max(0.0, deadline - time.monotonic()))
            if process.exitcode is None:
                process.kill()
                process.join()


def _work(numbers: Any, place: int, *arguments: Any) -> None:
    cells.attach(numbers, place)
    take_over()
    # Here, so that the process which only watches does not load what answering needs.
    from server.worker import work

    work(*arguments)
