"""`python -m bench [--quick]`: about four minutes, or one; never more than ten."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from bench import people, report
from bench.about import surroundings
from bench.load import check_wrk
from bench.plan import FULL, QUICK, Bench
from bench.server import site

_DATA = f"{people.PEOPLE} people x {people.TASKS:,} tasks, {people.LARGE_PEOPLE} x {people.LARGE_TASKS:,}"


def main() -> int:
    """Measures and reports. 1 if a request or transaction failed."""
    parser = argparse.ArgumentParser(prog="bench", description="What the server makes of the machine.")
    parser.add_argument("--quick", action="store_true", help="one minute: for a first look, not for a comparison")
    parser.add_argument("--into", type=Path, default=report.RESULTS, help="the folder of latest.json and latest.md")
    options = parser.parse_args()
    check_wrk()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="todo-bench-") as folder, site(Path(folder)) as where:
        store = people.Store(where.postgres.superuser_url)
        everybody = people.register(where.api[2].url, people.PEOPLE + people.LARGE_PEOPLE)
        asyncio.run(store.fill(everybody))
        about = surroundings(asyncio.run(store.version()), quick=options.quick) | {"data": _DATA}
        bench = Bench(where, everybody, store, QUICK if options.quick else FULL, began)
        bench.run()
    about["took"] = f"{time.monotonic() - began:.0f} s"
    print(report.write(bench.found, about, bench.memory, options.into))
    failed = report.errors(bench.found)
    if failed:
        print(f"{failed} requests failed.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
