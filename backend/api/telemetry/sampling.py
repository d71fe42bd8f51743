"""What each process looks at from time to time, beside its requests: its event loop, its pool, its memory."""

import asyncio
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

from api.telemetry import measures
from api.telemetry.instruments import Gauge, Instrument

TICK_SECONDS = 0.25
_PAGE = os.sysconf("SC_PAGE_SIZE")


def take_over() -> None:
    """For a process that begins: what its predecessor had at the moment is no longer so."""
    for one in Instrument.declared:
        if isinstance(one, Gauge):
            one.clear()
    measures.requests.clear()


class Sampler:
    """Sets the gauges four times a second, and measures by that how late the event loop is."""

    def __init__(self, look: Callable[[], None], later: Callable[[], None]) -> None:
        """`look` is called at each tick, `later` once in 40 ticks."""
        self._look, self._later = look, later
        self._ticks = 0
        self._due = 0.0
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        measures.workers.set(1)
        self._schedule()

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    def _schedule(self) -> None:
        self._due = time.monotonic() + TICK_SECONDS
        self._handle = asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        measures.loop_lag.observe(max(0.0, time.monotonic() - self._due))
        self._look()
        measures.requests.show_running()
        if self._ticks % 40 == 0:
            used = resource.getrusage(resource.RUSAGE_SELF)
            measures.processor.set(used.ru_utime + used.ru_stime)
            measures.memory.set(int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE)
            self._later()
        self._ticks += 1
        self._schedule()
