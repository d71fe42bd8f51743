"""A hundred people through six disasters in 30 s: no request may fail, and none may take longer than 10 s."""

import asyncio
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from durability.faults import on_database
from durability.faults.log import wrong_in
from durability.faults.operations import Operation
from durability.faults.operations.adding import Adding, AddingWithKey
from durability.faults.operations.changing import Changing
from durability.faults.operations.deleting import Deleting
from durability.faults.operations.listing import Listing
from durability.faults.person import Person
from durability.faults.site import Site, site

_PEOPLE = 100
_LONGEST_SECONDS = 10.0
_BETWEEN_SECONDS = 5.0
_AT_ONCE = 8
"""Preparations: hashing passwords is work."""
_KINDS = (Listing, Adding, AddingWithKey, Changing, Deleting)


async def _killed(place: Site) -> None:
    await on_database.killed(place)


async def _restarted(place: Site) -> None:
    await on_database.signalled(place, signal.SIGQUIT)


async def _reset(place: Site) -> None:
    place.link.cut()


async def _stalled(place: Site) -> None:
    place.link.stall()
    await asyncio.sleep(3)
    place.link.move()


async def _refused(place: Site) -> None:
    place.link.refuse()
    await asyncio.sleep(2)
    await place.link.accept()


_DISASTERS: tuple[Callable[[Site], Awaitable[None]], ...] = (
    *(_killed, _restarted, on_database.terminated, _reset, _stalled, _refused),
)


async def run_disasters() -> dict[str, Any]:
    """One after the other, five seconds from one to the next."""
    with tempfile.TemporaryDirectory(prefix="todo-faults-") as folder:
        async with site(Path(folder, "data"), workers=2) as place:
            everybody: list[Operation] = [
                _KINDS[number % len(_KINDS)](Person(place.url, f"p{number}")) for number in range(_PEOPLE)
            ]
            turns = asyncio.Semaphore(_AT_ONCE)
            await asyncio.gather(*(_in_turn(turns, operation.prepare()) for operation in everybody))
            began = time.monotonic()
            await _through_all(place, everybody)
            seconds = time.monotonic() - began
            await asyncio.gather(*(_in_turn(turns, operation.check()) for operation in everybody))
            for operation in everybody:
                await operation.person.leave()
            wrong = [found for operation in everybody for found in operation.wrong] + wrong_in(place.log, place.secrets)
    statuses = sum((operation.statuses for operation in everybody), Counter[int]())
    slowest = max(operation.slowest for operation in everybody)
    failed = sum(count for status, count in statuses.items() if not 200 <= status < 300)
    if failed:
        wrong.append(f"{failed} requests failed")
    if slowest > _LONGEST_SECONDS:
        wrong.append(f"a request took {slowest:.1f} s")
    return {
        "people": _PEOPLE,
        "disasters": len(_DISASTERS),
        "seconds": round(seconds),
        "requests": statuses.total(),
        "failed": failed,
        "slowest_seconds": round(slowest, 1),
        "answers": statuses,
        "wrong": wrong,
    }


async def _through_all(place: Site, everybody: list[Operation]) -> None:
    enough = asyncio.Event()
    working = [asyncio.create_task(operation.work(0, enough)) for operation in everybody]
    await asyncio.sleep(_BETWEEN_SECONDS / 2)
    for disaster in _DISASTERS:
        next_at = time.monotonic() + _BETWEEN_SECONDS
        await disaster(place)
        await asyncio.sleep(next_at - time.monotonic())
    enough.set()
    await asyncio.gather(*working)


async def _in_turn(turns: asyncio.Semaphore, work: Awaitable[None]) -> None:
    async with turns:
        await work
