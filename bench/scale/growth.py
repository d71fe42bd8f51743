"""By the size of the database: over HTTP, and in PostgreSQL alone. The sizes take turns within each round."""

from dataclasses import dataclass, replace
from functools import partial

from bench.cells import CELLS, Cell
from bench.limits import Limits
from bench.load import load
from bench.people import Crowd
from bench.scale.sizes import Scale
from bench.scale.spread import spread
from bench.scale.stage import Stage
from bench.server import Server

API, ALONE, ANYBODY = "HTTP", "PostgreSQL", "anybody"
ASKED = ("list", "search", "get", "create", "toggle")
"""Reads come first: writes make lists longer, until they are put back."""
READS, JUDGED = ASKED[:3], ASKED[:4]
"""What the goal is about."""
CELL = {cell.name: cell for cell in CELLS}


@dataclass(frozen=True)
class Growth:
    """Its servers, and pgbench, by size."""

    stage: Stage
    servers: dict[int, Server]
    limits: dict[int, Limits]

    def measure(self) -> None:
        """All rounds."""
        scale = self.stage.scale
        for size in scale.sizes:
            self._warm_up(size)
        for turn in range(scale.rounds):
            first = turn % len(scale.sizes)
            order = (*scale.sizes[first:], *scale.sizes[:first])
            for name in READS:
                for size in order:
                    self._alone(ANYBODY, replace(CELL[name], crowd=with_many(scale, size)), size)
            for name in ASKED:
                cell = replace(CELL[name], crowd=scale.together)
                for size in order:
                    self._alone(ALONE, cell, size)
                for size in order:
                    self._over_http(cell, size)
            for size in order:
                self.stage.put_back(size)

    def _warm_up(self, size: int) -> None:
        """Connections, prepared statements and caches; not counted."""
        for name in ("list", "create"):
            load(replace(CELL[name], crowd=self.stage.scale.together), self.servers[size], self.stage.people[size], 1)
        self.stage.put_back(size)

    def _alone(self, part: str, cell: Cell, size: int) -> None:
        work = partial(self.limits[size].transactions, cell, self.stage.scale.seconds)
        self.stage.measure(part, cell.name, str(size), work)

    def _over_http(self, cell: Cell, size: int) -> None:
        work = partial(load, cell, self.servers[size], self.stage.people[size], self.stage.scale.seconds)
        self.stage.measure(API, cell.name, str(size), work)


def tasks_by_place(scale: Scale, size: int) -> list[int]:
    """How many tasks everybody has: those who are measured, then the others, the most first."""
    return [*scale.measured, *spread(size - sum(scale.measured))]


def with_many(scale: Scale, size: int) -> Crowd:
    """Everybody with as many tasks as those who are measured together, or more: as the database grows, they do."""
    count = sum(owned >= scale.together.tasks for owned in tasks_by_place(scale, size))
    return replace(scale.together, count=count)
