"""What all measurements share: where, as whom, and what was found so far."""

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.measure import Processes, Run, metered
from bench.people import Person
from bench.scale.cluster import Cluster
from bench.scale.filling import Rows
from bench.scale.sizes import Scale

Found = dict[str, dict[str, dict[str, list[Run]]]]
"""By part of the report, by what was asked, by column: one run a round."""


@dataclass
class Stage:
    """One run of the benchmark."""

    scale: Scale
    cluster: Cluster
    people: dict[int, list[Person]]
    """Those who are measured, by size of their database."""
    began: float
    found: Found = field(default_factory=dict)

    def measure(self, part: str, asked: str, column: str, work: Callable[[], Run]) -> None:
        """Notes what `work` finds, unless the time is over."""
        if self._over:
            print(f"The time is over: {part}, {asked}, {column} is left out.", file=sys.stderr)
            return
        run = work()
        self.found.setdefault(part, {}).setdefault(asked, {}).setdefault(column, []).append(run)
        errors = f", {run.errors} ERRORS" if run.errors else ""
        print(f"  {part}: {asked}, {column}: {run.rate:,.0f}/s{errors}", file=sys.stderr, flush=True)

    @property
    def errors(self) -> int:
        """Of all requests and transactions."""
        columns = (column for asked in self.found.values() for column in asked.values())
        return sum(run.errors for column in columns for runs in column.values() for run in runs)

    def put_back(self, size: int) -> None:
        """Takes away what was written in this database, unless nothing more will be measured."""
        if self._over:
            return
        asyncio.run(self.rows(size).put_back(len(self.scale.measured)))

    @property
    def _over(self) -> bool:
        return time.monotonic() - self.began > self.scale.longest

    def rows(self, size: int) -> Rows:
        """Of this database."""
        return Rows(self.cluster.databases[size].superuser_url)


def counted_with(process: int, work: Callable[[], Run]) -> Run:
    """What `work` finds, with the processor time of one process more, and its children, counted as the server's."""
    with metered(Processes(process, None)) as more:
        run = work()
    run.usage.server += more.server
    run.usage.other = max(0.0, run.usage.other - more.server)
    return run
