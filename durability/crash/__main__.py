"""`python -m durability.crash [--cycles 20] [--seed S]`: three seconds a cycle, and ten to set up."""

import argparse
import asyncio
import secrets
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from bench.about import surroundings
from durability.crash import database, schedule
from durability.crash.attempt import Outcome
from durability.crash.check import Violation
from durability.crash.cycle import cycle
from durability.crash.journal import Journal
from durability.crash.person import Person
from durability.crash.result import Tally
from durability.crash.run import Run
from durability.crash.schedule import Kill
from durability.crash.site import NotServing, Site

_VICTIMS = sorted({*schedule.API, *schedule.POSTGRES, *schedule.BOTH})


def main() -> int:
    """Kills and checks. 0 only if nothing was lost or wrong; 130 if it was stopped before anything was."""
    parser = argparse.ArgumentParser(
        prog="durability.crash", description="kill -9 under load, and a look at every task."
    )
    parser.add_argument("--cycles", type=int, default=20, help="how many (20)")
    parser.add_argument("--seed", type=int, help="of the kills and the kinds of writes (another each time)")
    parser.add_argument("--people", type=int, default=12, help="who write at once (12)")
    parser.add_argument("--only", nargs="+", choices=_VICTIMS, default=(), help="kill nobody else")
    parser.add_argument("--more", type=float, default=schedule.MORE, help="chance of another kill after a kill (0.3)")
    parser.add_argument(
        "--folder", type=Path, help="where the data lies; kept (a temporary one, kept if something is wrong)"
    )
    options = parser.parse_args()
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    if options.cycles < 1 or options.people < 1:
        parser.error("--cycles and --people must be at least 1")
    folder = options.folder or Path(tempfile.mkdtemp(prefix="todo-crash-"))
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        parser.error(f"{folder} is not empty: choose another --folder")
    tally = Tally(seed)
    plan = [schedule.kills(seed, number, tuple(options.only), options.more) for number in range(options.cycles)]
    uvloop.run(_run(Site(folder), tally, options.people, plan))
    print(tally.line())
    if tally.violations:
        print(f"The data, the ledger and the logs are in {folder}", file=sys.stderr)
        return 1
    if options.folder is None:
        shutil.rmtree(folder)
    return 130 if tally.stopped else 0


async def _run(site: Site, tally: Tally, people: int, plan: list[tuple[Kill, ...]]) -> None:
    """All cycles, or until something is wrong, or until Ctrl-C; the server is stopped afterwards in every case."""
    began = time.monotonic()
    journal = Journal(site.folder / "ledger.jsonl")
    run = Run(site, [Person(place, site.url, journal, tally) for place in range(people)], journal, tally)
    keeper, work = asyncio.create_task(site.keep()), asyncio.create_task(_work(run, plan))
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, work.cancel)
    try:
        done, _ = await asyncio.wait({keeper, work}, return_when=asyncio.FIRST_COMPLETED)
        tally.stopped = work.cancelled()
        for task in done - {work} if work.cancelled() else done:
            task.result()
    except (NotServing, TimeoutError) as error:
        tally.violations.append(Violation("wrong", str(error)))
    finally:
        for task in (work, keeper):
            task.cancel()
        await asyncio.gather(work, keeper, return_exceptions=True)
        for person in run.people:
            person.leave()
        await site.stop()
        tally.starts, tally.failed_starts = site.starts, site.failed_starts
        tally.seconds = time.monotonic() - began
    if not tally.violations:
        tally.violations += database.check_pages(site.place)
    _explain(run)
    journal.close()


async def _work(run: Run, plan: list[tuple[Kill, ...]]) -> None:
    await run.site.url()
    for name, value in surroundings(await database.about(run.site), quick=False).items():
        if name != "kind":  # of a benchmark
            _say(f"{name}: {value}")
    _say(f"seed: {run.tally.seed}, {len(plan)} cycles, {len(run.people)} people, in {run.site.folder}")
    for person in run.people:
        await person.sign_up()
    for number, kills in enumerate(plan):
        began, before = time.monotonic(), run.tally.outcomes.copy()
        await cycle(run, number, kills)
        new = run.tally.outcomes - before
        counts = ", ".join(f"{new[name]} {name.value}" for name in Outcome if new[name])
        _say(f"{number + 1}: {', then '.join(map(str, kills))}: {counts}; {time.monotonic() - began:.1f} s")
        if run.tally.violations:
            return
    run.tally.tasks = sum(len(person.ledger.tasks) for person in run.people)
    ledgers = {person.user_id: person.ledger for person in run.people}
    run.tally.violations += await database.inspect(run.site, ledgers)


def _explain(run: Run) -> None:
    for violation in run.tally.violations:
        _say(str(violation))
        for line in run.journal.history(violation.keys):
            _say(f"    {line}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
