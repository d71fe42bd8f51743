"""`python -m bench [--quick]`: about four minutes, or one; never more than ten."""

import argparse
import asyncio
import importlib.metadata
import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import people, report
from bench.load import check_wrk
from bench.plan import FULL, QUICK, Bench
from bench.server import site

_PACKAGES = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "asyncpg", "pydantic", "orjson")


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
        everybody = people.register(where.api[2].url)
        asyncio.run(store.fill(everybody))
        about = _about(asyncio.run(store.version()), quick=options.quick)
        bench = Bench(where, everybody, store, QUICK if options.quick else FULL, began)
        bench.run()
    about["took"] = f"{time.monotonic() - began:.0f} s"
    print(report.write(bench.found, about, bench.memory, options.into))
    failed = report.errors(bench.found)
    if failed:
        print(f"{failed} requests failed.", file=sys.stderr)
    return 1 if failed else 0


def _about(postgres: str, *, quick: bool) -> dict[str, str]:
    """What the figures depend on."""
    optimised = "with PGO" if "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "") else "no PGO"
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "kind": "quick: one second a measurement" if quick else "full",
        "revision": _revision(),
        "machine": f"{os.cpu_count()} cores, {_processor()}, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}",
        "interpreter": f"{platform.python_implementation()} {platform.python_version()}"
        f" ({platform.python_compiler()}, {optimised})",
        "PostgreSQL": postgres,
        "packages": ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES),
        "data": f"{people.PEOPLE} people x {people.TASKS:,} tasks, {people.LARGE_PEOPLE} x {people.LARGE_TASKS:,}",
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _revision() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent, check=False)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main())
