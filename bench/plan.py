"""In which order, for how long. Limits and API take turns within each cell, and the whole is done twice."""

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.cells import CELLS, EMPTY, LARGE_CELLS, LOGIN, Cell
from bench.limits import Limits
from bench.load import load
from bench.logins import hashing
from bench.measure import Run, memory
from bench.people import Person, Store
from bench.server import Server, Site

LONGEST = 600.0
"""Seconds after which no further cell is begun."""

Found = dict[str, dict[str, list[Run]]]
"""By cell and by column: transaction, statement, api-2, api-1."""


@dataclass(frozen=True)
class Plan:
    """How often, and how many seconds a measurement takes; those beside the main ones take `beside`."""

    rounds: int
    seconds: int
    beside: int


FULL, QUICK = Plan(2, 3, 2), Plan(1, 1, 1)


@dataclass
class Bench:
    """One run."""

    site: Site
    everybody: list[Person]
    store: Store
    plan: Plan
    began: float
    found: Found = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """All cells."""
        limits = Limits(self.site)
        self._warm_up()
        for _ in range(self.plan.rounds):
            for workers in (2, 1):
                self._load(EMPTY, self.site.empty[workers], workers, self.plan.beside)
            for cell in CELLS:
                self._cell(cell, limits, self.plan)
            for cell in LARGE_CELLS:
                self._cell(cell, limits, Plan(1, self.plan.beside, 0))
        self._measure(LOGIN, "statement", lambda: hashing(self.plan.beside))
        self._load(LOGIN, self.site.api[2], 2, self.plan.beside)
        self._note_memory("after")

    def _cell(self, cell: Cell, limits: Limits, plan: Plan) -> None:
        self._measure(cell, "transaction", lambda: limits.transactions(cell, plan.seconds))
        self._load(cell, self.site.api[2], 2, plan.seconds)
        if plan.beside:
            self._load(cell, self.site.api[1], 1, plan.beside)
            if cell.bare:
                self._measure(cell, "statement", lambda: limits.statements(cell, plan.beside))

    def _load(self, cell: Cell, server: Server, workers: int, seconds: int) -> None:
        self._measure(cell, f"api-{workers}", lambda: load(cell, server, self.everybody, seconds))

    def _measure(self, cell: Cell, column: str, measure: Callable[[], Run]) -> None:
        if time.monotonic() - self.began > LONGEST - 30:
            print("The ten minutes are over: the rest is left out.", file=sys.stderr)
            return
        if cell.deletes:
            asyncio.run(self.store.add_deletable())
        run = measure()
        if cell.writes:
            asyncio.run(self.store.put_back())
        self.found.setdefault(cell.name, {}).setdefault(column, []).append(run)
        errors = f", {run.errors} ERRORS" if run.errors else ""
        print(f"  {cell.title}: {column} {run.rate:,.0f}/s{errors}", file=sys.stderr, flush=True)

    def _warm_up(self) -> None:
        """Connections, prepared statements and caches; not counted."""
        for workers in (2, 1):
            for cell in (CELLS[0], CELLS[2]):
                load(cell, self.site.api[workers], self.everybody, 1)
        self._note_memory("before the load")

    def _note_memory(self, moment: str) -> None:
        time.sleep(2)  # until what was asked for is answered, whoever waited for it
        for workers, server in self.site.api.items():
            self.memory[f"{moment}, one of {workers}"] = memory(server.processes.trees()[0])
