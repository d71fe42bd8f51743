"""Load on the API: wrk, whose cost is small beside that of the server. load.lua says what it sends."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench import people
from bench.cells import MIX, Cell
from bench.latencies import as_they_were, quantiles
from bench.measure import Run, metered
from bench.people import Person
from bench.server import Server

_SCRIPT = Path(__file__).with_name("load.lua")
_count = 0


def check_wrk() -> None:
    """Ends the program where there is no wrk."""
    if shutil.which("wrk") is None:
        raise SystemExit("The load client is missing: install it with `apt-get install wrk`.")


def load(
    cell: Cell, server: Server, everybody: list[Person], seconds: int, *, query: str = "", second: Server | None = None
) -> Run:
    """As many requests as the server takes, from `cell.connections` connections of as many people.

    `query` is what the kind `read` asks of the list. Where there is a `second` server of the same tasks, half of the
    connections are its; its processor time is not counted.
    """
    global _count
    _count += 1
    crowd = everybody[cell.crowd.first : cell.crowd.first + cell.crowd.count]
    threads = min(2, cell.connections)
    settings = {
        "kind": cell.name,
        "run": _count,
        "threads": threads,
        "tasks": cell.crowd.tasks,
        "password": people.PASSWORD,
        "search": people.SEARCH.replace(" ", "%20"),
        "query": query,
        "second": second.url.rpartition(":")[2] if second else "",
    }
    weights = ", ".join(f'{{"{name}", {weight}}}' for name, weight in MIX)
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, "plan.lua")
        plan.write_text(
            "return {"
            + "".join(f"{name} = {json.dumps(value)}, " for name, value in settings.items())
            + f"mix = {{{weights}}}, tokens = {{{', '.join(json.dumps(person.token) for person in crowd)}}}, "
            + f"batch = {json.dumps(_batch())}}}"
        )
        command = [
            *("wrk", "-t", str(threads), "-c", str(cell.connections), "-d", f"{seconds}s", "--timeout", "10s"),
            *("-s", str(_SCRIPT), server.url, "--", str(plan)),
        ]
        with metered(server.processes) as usage:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None or done.returncode:
        raise SystemExit(f"wrk failed on {cell.name}: {done.stdout} {done.stderr}")
    found = json.loads(line.removeprefix("RESULT "))
    histogram = {int(micros): count for micros, count in found["latencies"].items()}
    latencies = as_they_were(histogram, found["requests"], found["micros"], cell.connections)
    return Run(found["requests"], found["micros"] / 1e6, *quantiles(latencies), found["errors"], usage)


def _batch() -> str:
    return json.dumps({"tasks": [{"title": people.title(number)} for number in range(1, 1001)]})
