"""`python -m bench.scale [--quick]`: about a quarter of an hour, or two minutes; never more than twenty minutes."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from bench import pgbouncer
from bench.about import surroundings
from bench.limits import Limits
from bench.load import check_wrk
from bench.people import Store, register
from bench.report import RESULTS
from bench.scale import pooler, processes, report
from bench.scale.cluster import Cluster, cluster
from bench.scale.growth import Growth, tasks_by_place
from bench.scale.persons import measure_persons
from bench.scale.sizes import FULL, QUICK, Scale
from bench.scale.stage import Stage

_KINDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Measures and reports. 1 if a request or transaction failed, or two processes did not agree."""
    parser = argparse.ArgumentParser(prog="bench.scale", description="How cost grows with the database.")
    parser.add_argument("--quick", action="store_true", help="small databases: for trying it, not for a comparison")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of scale.json, scale.md and scale.svg")
    options = parser.parse_args()
    check_wrk()
    for kind in _KINDS:
        signal.signal(kind, _stop)
    began = time.monotonic()
    scale = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory(prefix="todo-scale-") as folder, cluster(Path(folder), scale.sizes) as place:
        stage, about = _by_people_and_size(scale, place, began, quick=options.quick)
        wrong = processes.measure_processes(stage)
        version = pgbouncer.version()
        if version:
            pooler.measure_pooler(stage)
        about["disk"] += (
            f"; at the end the cluster took {asyncio.run(stage.rows(scale.sizes[-1]).megabytes())[1]:,.0f} MB"
        )
    about["took"] = f"{time.monotonic() - began:.0f} s"
    notes = {"processes": processes.note(wrong), "pooler": pooler.note(version)}
    print(report.write(stage.found, scale, about, notes, options.into))
    failed = stage.errors
    if failed or wrong:
        print(f"{failed} requests failed.", *wrong, file=sys.stderr)
    return 1 if failed or wrong else 0


def _by_people_and_size(scale: Scale, place: Cluster, began: float, *, quick: bool) -> tuple[Stage, dict[str, str]]:
    """What needs a server on each database."""
    with ExitStack() as stack:
        servers = {size: stack.enter_context(place.serving(size, 2)) for size in scale.sizes}
        everybody = {size: register(server.url, len(scale.measured)) for size, server in servers.items()}
        stage = Stage(scale, place, everybody, began)
        about = asyncio.run(_filled(stage, quick=quick))
        Growth(stage, servers, {size: Limits(place.site(size)) for size in scale.sizes}).measure()
        measure_persons(stage, servers[scale.sizes[-1]])
    return stage, about


async def _filled(stage: Stage, *, quick: bool) -> dict[str, str]:
    """What the report says of the machine and the data, once they are there."""
    data, disk = [], []
    for size in stage.scale.sizes:
        rows, tasks = stage.rows(size), tasks_by_place(stage.scale, size)
        start = time.monotonic()
        await rows.fill(stage.people[size], tasks)
        took = time.monotonic() - start
        data.append(f"{size:,} tasks of {len(tasks):,} people, {min(tasks)} to {max(tasks):,} each, in {took:.0f} s")
        disk.append(f"{size:,} tasks {(await rows.megabytes())[0]:,.0f} MB")
        print(f"  filled: {data[-1]}", file=sys.stderr, flush=True)
    version = await Store(stage.cluster.databases[size].superuser_url).version()
    return surroundings(version, quick=quick) | {"data": "; ".join(data), "disk": "; ".join(disk)}


def _stop(kind: int, _frame: FrameType | None) -> None:
    """Ends the program by way of all that is to be removed; whoever is told once need not be told again."""
    for other in _KINDS:
        signal.signal(other, signal.SIG_IGN)
    raise SystemExit(128 + kind)


if __name__ == "__main__":
    sys.exit(main())
