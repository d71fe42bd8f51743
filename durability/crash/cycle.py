"""One cycle: people write, somebody is killed, people go on, all stop, and everything is looked at."""

import asyncio
import random
import signal
import time
from collections.abc import Callable, Iterable

from api.database.embedded import process_table
from durability.crash import database, schedule, victims
from durability.crash.attempt import Outcome
from durability.crash.look import look
from durability.crash.person import Person
from durability.crash.run import Run
from durability.crash.schedule import Kill
from durability.crash.site import NotServing
from durability.crash.writes import Writes

_AFTERWARDS = 3
"""Writes of each person that must be acknowledged after everybody's first after the last kill."""
_LONGEST_OUTAGE = 60.0
_LONGEST_END = 40.0
"""Seconds, both: for service to come back, and for what a killed server left behind to end."""
_STEP = 0.02
_STALL_SECONDS = 0.1
_AT_ONCE = 0.5
"""Share of the unknown attempts with a key that are repeated at once, as clients do; the others when all is over."""


async def cycle(run: Run, number: int, kills: tuple[Kill, ...]) -> None:
    """Violations are in the tally afterwards."""
    stop = asyncio.Event()
    writers = [asyncio.create_task(_write(run, number, person, stop)) for person in run.people]
    try:
        for kill in kills:
            if kill.answered:
                await _until_acknowledged(run, writers, 2, any)  # one may have been on its way before the last kill
            await asyncio.sleep(kill.after)
            await _strike(run, kill)
        await _served_again(run, writers)
        stop.set()
        await asyncio.gather(*writers)
    finally:
        for writer in writers:
            writer.cancel()
    await _all_over(run)
    for person in run.people:
        for doubt in [doubt for doubt in person.ledger.doubts if doubt.keyed]:
            while not await person.repeat(doubt):
                pass
    await asyncio.gather(*(look(run, number, person) for person in run.people))
    run.tally.violations += [violation for person in run.people for violation in person.violations]
    run.tally.cycles += 1


async def _write(run: Run, number: int, person: Person, stop: asyncio.Event) -> None:
    kinds = schedule.chances(run.tally.seed, number, person.place)
    chance = random.Random(kinds.random())  # noqa: S311 - for all that depends on what is there
    writes = Writes(person.ledger, chance)
    while not stop.is_set() and not person.violations:
        attempt = writes.make(next(run.numbers), schedule.kind(kinds))
        await person.write(attempt)
        if attempt.outcome is Outcome.UNKNOWN and attempt.keyed and chance.random() < _AT_ONCE:
            await person.repeat(attempt)


async def _strike(run: Run, kill: Kill) -> None:
    """Kills; where there is nobody to kill yet, as soon as there is."""
    deadline = time.monotonic() + _LONGEST_OUTAGE
    while not (found := victims.of(kill.victim, run.site.pid, run.site.place.cluster, kill.pick)):
        if time.monotonic() > deadline:
            raise NotServing(f"no {kill.victim} to kill for {_LONGEST_OUTAGE:.0f} s")
        await asyncio.sleep(_STEP)
    if run.site.pid in found:
        run.orphans |= set(victims.server(run.site.pid, run.site.place.cluster))
    try:
        if kill.stalled:
            process_table.send(found, signal.SIGSTOP)
            await asyncio.sleep(_STALL_SECONDS)
    finally:
        process_table.send(found, signal.SIGKILL)
    run.tally.kills[kill.victim] += 1
    run.tally.stalled += kill.stalled
    run.journal.note(f"killed: {kill}, processes {found}")


async def _served_again(run: Run, writers: list["asyncio.Task[None]"]) -> None:
    began = time.monotonic()
    await _until_acknowledged(run, writers, 1, all)
    run.tally.longest_outage = max(run.tally.longest_outage, time.monotonic() - began)
    await _until_acknowledged(run, writers, _AFTERWARDS, all)


async def _until_acknowledged(
    run: Run, writers: list["asyncio.Task[None]"], count: int, whose: Callable[[Iterable[bool]], bool]
) -> None:
    """Until so many more writes of any or all of the people are."""
    deadline = time.monotonic() + _LONGEST_OUTAGE
    due = [person.acknowledged + count for person in run.people]
    while not whose(person.acknowledged >= least for person, least in zip(run.people, due, strict=True)):
        if any(writer.done() for writer in writers):
            return  # a violation, or an error that is raised above
        if time.monotonic() > deadline:
            raise NotServing(f"writes are not taken {_LONGEST_OUTAGE:.0f} s after the last kill")
        await asyncio.sleep(_STEP)


async def _all_over(run: Run) -> None:
    """Until nothing that was begun can still happen."""
    deadline = time.monotonic() + _LONGEST_END
    while victims.living(run.orphans):
        if time.monotonic() > deadline:
            raise NotServing(f"processes of a killed server live on after {_LONGEST_END:.0f} s: {sorted(run.orphans)}")
        await asyncio.sleep(_STEP)
    run.orphans.clear()
    await run.site.url()
    await database.quiet(run.site)
