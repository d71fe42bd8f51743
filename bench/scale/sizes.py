"""How large the databases are, who is measured in each, and for how long."""

from dataclasses import dataclass

from bench.people import Crowd


@dataclass(frozen=True)
class Scale:
    """One plan. The people who are measured are the same kinds at each size, in the same places."""

    sizes: tuple[int, ...]
    """Tasks of all people together, by database, the smallest first."""
    smaller: tuple[int, ...]
    crowd: tuple[int, int]
    """How many people are measured together, and how many tasks each of them has."""
    larger: tuple[int, ...]
    rounds: int
    """Of all measurements by size: many short ones, since neighbours come and go."""
    rounds_beside: int
    """Of all others."""
    seconds: int
    """Of one measurement."""
    longest: int
    """Seconds after which nothing further is begun."""

    @property
    def together(self) -> Crowd:
        """Those who are measured by the size of the database."""
        return Crowd(len(self.smaller), *self.crowd)

    @property
    def measured(self) -> list[int]:
        """The tasks of everybody who is measured, by place; the others come after them."""
        count, tasks = self.crowd
        return [*self.smaller, *[tasks] * count, *self.larger]

    @property
    def persons(self) -> list[Crowd]:
        """One person of each kind, alone."""
        kinds = dict.fromkeys(self.measured)
        return [Crowd(self.measured.index(tasks), 1, tasks) for tasks in kinds]


FULL = Scale((100_000, 1_000_000, 5_000_000), (10, 100), (30, 1_000), (10_000, 50_000), 5, 3, 2, 1_080)
QUICK = Scale((10_000, 50_000, 100_000), (10,), (30, 100), (1_000, 5_000), 1, 1, 1, 300)
