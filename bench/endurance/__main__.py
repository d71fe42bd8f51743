"""`python -m bench.endurance [--minutes 10]`: twice as many minutes, and half a minute to set up."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import uvloop

from api.database.embedded import Postgres, running
from api.database.url import parse_url
from bench import people
from bench.about import surroundings
from bench.endurance.phase import PLANS, Phase, run
from bench.endurance.report import write
from bench.endurance.verdict import judge
from bench.endurance.visitor import Visitor
from bench.endurance.watch import Watch
from bench.measure import Processes
from bench.people import Person
from bench.report import RESULTS
from bench.server import Server, todo_server

_LOOKS = 200
"""In each phase, but not more than one a second."""


def main() -> int:
    """Loads and reports. 1 if something does not hold, 130 if it was stopped."""
    parser = argparse.ArgumentParser(
        prog="bench.endurance", description="A hundred people at once, with pauses and without."
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="of each of the two phases (10)")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of load.json and load.md")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # cleans up, as Ctrl-C does
    try:
        phases, about = _measure(options.minutes * 60)
    except KeyboardInterrupt:
        print("Stopped: nothing is left behind, and nothing was written.", file=sys.stderr)
        return 130
    print(write(phases, about, options.into))
    failed = [
        f"{phase.plan.title}, {one.name}: {one.found}, allowed {one.allowed}"
        for phase in phases
        for one in judge(phase)
        if not one.holds
    ]
    for name in failed:
        print(f"Does not hold: {name}", file=sys.stderr)
    return 1 if failed else 0


def _measure(seconds: float) -> tuple[list[Phase], dict[str, str]]:
    """Both phases of so many seconds, and what they depended on."""
    with tempfile.TemporaryDirectory(prefix="todo-load-") as folder, _site(Path(folder)) as (server, postgres):
        print("Registering people and filling in their tasks", file=sys.stderr, flush=True)
        store = people.Store(postgres.superuser_url)
        everybody = people.register(server.url, people.PEOPLE)
        asyncio.run(store.fill(everybody))
        about = surroundings(asyncio.run(store.version()), quick=False) | {
            "kind": f"{seconds / 60:g} minutes with think time, as many without",
            "server": "todo-server serve --workers 2, on its own database; limits on attempts off",
            "data": f"{people.PEOPLE} people x {people.TASKS:,} tasks",
        }
        return uvloop.run(_load(server, postgres, everybody, seconds)), about


@contextmanager
def _site(folder: Path) -> Iterator[tuple[Server, Postgres]]:
    data_dir = folder / "data"
    with todo_server(folder, 2, TODO_DATA_DIR=str(data_dir)) as (url, pid), running(data_dir) as postgres:
        postmaster = int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        yield Server(url, Processes(pid, postmaster)), postgres


async def _load(server: Server, postgres: Postgres, everybody: list[Person], seconds: float) -> list[Phase]:
    connection = await asyncpg.connect(**parse_url(postgres.superuser_url).arguments)
    visitors = [Visitor(place, person, server.url) for place, person in enumerate(everybody)]
    try:
        for visitor in visitors:
            await visitor.sign_in()
        every = max(1.0, seconds / _LOOKS)
        return [await run(plan, seconds, visitors, Watch(server, connection, every)) for plan in PLANS]
    finally:
        for visitor in visitors:
            visitor.leave()
        await connection.close(timeout=5)


if __name__ == "__main__":
    sys.exit(main())
