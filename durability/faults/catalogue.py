"""The faults, by name: each lasts as long as its context, which is left when the fault ends."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from durability.faults import on_database
from durability.faults.proxy import Way
from durability.faults.site import Site

Happening = Callable[[Site], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """`seconds` that it lasts. Long ones outlast the 25 s that a request waits, so that 503 is answered."""

    name: str
    happens: Happening
    seconds: float = 4.0


_LONG = 28.0


@contextlib.asynccontextmanager
async def _slow(site: Site) -> AsyncIterator[None]:
    site.link.delay = 0.25
    yield
    site.link.delay = 0.0


@contextlib.asynccontextmanager
async def _stalled(site: Site) -> AsyncIterator[None]:
    site.link.stall()
    yield
    site.link.move()


def _silent(ways: Way) -> Happening:
    @contextlib.asynccontextmanager
    async def happens(site: Site) -> AsyncIterator[None]:
        site.link.swallowing = ways
        yield
        site.link.swallowing = Way(0)

    return happens


@contextlib.asynccontextmanager
async def _reset(site: Site) -> AsyncIterator[None]:
    site.link.resetting = True
    site.link.cut()
    yield
    site.link.resetting = False


@contextlib.asynccontextmanager
async def _refused(site: Site) -> AsyncIterator[None]:
    site.link.refuse()
    yield
    await site.link.accept()


@contextlib.asynccontextmanager
async def _lost_commits(site: Site) -> AsyncIterator[None]:
    site.link.lose_commits = 1_000_000
    yield
    site.link.lose_commits = 0


def _once(act: Callable[[Site], Awaitable[None]]) -> Happening:
    @contextlib.asynccontextmanager
    async def happens(site: Site) -> AsyncIterator[None]:
        await act(site)
        yield

    return happens


def _again_and_again(act: Callable[[Site], Awaitable[None]]) -> Happening:
    @contextlib.asynccontextmanager
    async def happens(site: Site) -> AsyncIterator[None]:
        async def act_on() -> None:
            while True:
                await act(site)
                await asyncio.sleep(0.3)

        acting = asyncio.create_task(act_on())
        yield
        acting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await acting

    return happens


def _signal(kind: signal.Signals) -> Happening:
    return _once(lambda site: on_database.signalled(site, kind))


# A restart ends by itself: its fault is over at once, and the 10 s until all is well again count from the beginning.
EVERY = (
    Fault("black hole, 28 s", _silent(Way.QUESTIONS | Way.ANSWERS), _LONG),
    Fault("stall, 28 s", _stalled, _LONG),
    Fault("latency of 250 ms", _slow),
    Fault("stall, 4 s", _stalled),
    Fault("half-open, 4 s", _silent(Way.ANSWERS)),
    Fault("black hole, 4 s", _silent(Way.QUESTIONS | Way.ANSWERS)),
    Fault("refused, 28 s", _refused, _LONG),
    Fault("read-only, 28 s", on_database.read_only, _LONG),
    Fault("reset, 4 s", _reset),
    Fault("refused, 4 s", _refused),
    Fault("answers to COMMIT lost, 4 s", _lost_commits),
    Fault("locked, 28 s", on_database.locked, _LONG),
    Fault("half-open, 28 s", _silent(Way.ANSWERS), _LONG),
    Fault("starting up (57P03), 10 s", on_database.shutting_down, 10.0),
    Fault("locked, 8 s", on_database.locked, 8.0),
    Fault("read-only, 4 s", on_database.read_only),
    Fault("too many connections (53300), 4 s", on_database.no_more_connections),
    Fault("connections terminated, 4 s", _again_and_again(on_database.terminated)),
    Fault("fast restart", _signal(signal.SIGINT), 0.0),
    Fault("immediate restart", _signal(signal.SIGQUIT), 0.0),
    Fault("killed (-9)", _once(on_database.killed), 0.0),
)
"""In the order in which they begin: not too many long ones side by side, or their ends would be."""
