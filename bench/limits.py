"""The limits: pgbench with the transactions that the API sends, on the socket that the API uses."""

import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

from api.database.embedded import binaries
from api.database.url import parse_url
from bench.cells import Cell
from bench.latencies import quantiles
from bench.measure import Processes, Run, metered
from bench.server import Site
from bench.statements import VARIABLES, bare_scripts, scripts

_SAMPLE = 0.1
"""Share of the transactions whose latency is written down, where there are many."""


class Limits:
    """pgbench, told once what to send."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._transactions, self._statements = scripts(), bare_scripts()

    def transactions(self, cell: Cell, seconds: int) -> Run:
        """BEGIN and entry, statements, COMMIT, as the application's role."""
        return self._run(cell, self._transactions, self._site.postgres.url, seconds)

    def statements(self, cell: Cell, seconds: int) -> Run:
        """The statement alone, without row-level security."""
        return self._run(cell, self._statements, self._site.postgres.superuser_url, seconds)

    def _run(self, cell: Cell, texts: dict[str, str], url: str, seconds: int) -> Run:
        target = parse_url(url)
        environment = {"PGHOST": target.host, "PGUSER": target.user, "PGDATABASE": target.database}
        variables = {
            **VARIABLES,
            "first": str(cell.crowd.first),
            "people": str(cell.crowd.count),
            "clients": str(cell.clients),
            "tasks": str(cell.crowd.tasks),
        }
        with tempfile.TemporaryDirectory() as folder:
            for name, _ in cell.scripts:
                Path(folder, name).write_text(texts[name])
            command = [
                *(str(binaries.directory() / "pgbench"), "-n", "-M", "prepared", "-T", str(seconds)),
                *("-c", str(cell.clients), "-j", str(min(2, cell.clients)), "--log", "--log-prefix=log"),
                *(() if cell.clients == 1 else (f"--sampling-rate={_SAMPLE}",)),
                *(part for name, weight in cell.scripts for part in ("-f", f"{name}@{weight}")),
                *(part for name, value in variables.items() for part in ("-D", f"{name}={value}")),
            ]
            with metered(Processes(None, self._site.postmaster)) as usage:
                done = subprocess.run(
                    command,
                    cwd=folder,
                    env={**os.environ, **environment, "PGPASSWORD": target.password or ""},
                    capture_output=True,
                    text=True,
                    timeout=seconds + 60,
                    check=False,
                )
                time.sleep(0.1)  # until PostgreSQL has counted the connections that ended
            if done.returncode:
                raise SystemExit(f"pgbench failed on {cell.name}: {done.stderr[-2000:]}")
            latencies = sorted(
                int(line.split()[2]) for log in Path(folder).glob("log.*") for line in log.open() if line
            )
        tps = float(_found(r"tps = ([\d.]+)", done.stdout))
        requests = int(_found(r"actually processed: (\d+)", done.stdout))
        failed = int(_found(r"number of failed transactions: (\d+)", done.stdout))
        return Run(requests, requests / tps, *quantiles(latencies), failed, usage)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"pgbench says something else than expected: {text}")
    return found[1]
