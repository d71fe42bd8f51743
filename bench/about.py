"""What the figures depend on: the machine, the interpreter, the versions."""

import importlib.metadata
import os
import platform
import subprocess
import sysconfig
from datetime import UTC, datetime
from pathlib import Path

_PACKAGES = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "asyncpg", "pydantic", "orjson")


def surroundings(postgres: str, *, quick: bool) -> dict[str, str]:
    """By name, in the order of the report; `postgres` is the version of PostgreSQL."""
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
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _revision() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent, check=False)
    return done.stdout.strip() or "unknown"
