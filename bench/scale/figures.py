"""What the runs of all rounds come to: medians, and ratios within each round."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.measure import Run

Value = Callable[[Run], float]


@dataclass(frozen=True)
class Figures:
    """Medians of the rounds: a second, ms, and µs of processor time a request; errors and the slowest of all rounds."""

    rate: float
    p50: float
    p95: float
    p99: float
    slowest: float
    errors: int
    server: float
    postgres: float
    neighbours: float
    """Cores that other processes took meanwhile."""


def rate(run: Run) -> float:
    """Requests a second."""
    return run.rate


def p50(run: Run) -> float:
    """ms."""
    return run.p50


def p99(run: Run) -> float:
    """ms."""
    return run.p99


def server_cost(run: Run) -> float:
    """µs of processor time a request, of the server alone."""
    return run.usage.server * 1e6 / max(run.requests, 1)


def postgres_cost(run: Run) -> float:
    """µs of processor time a request, of PostgreSQL alone."""
    return run.usage.postgres * 1e6 / max(run.requests, 1)


def cost(run: Run) -> float:
    """µs of processor time a request, of server and PostgreSQL."""
    return server_cost(run) + postgres_cost(run)


def middle(runs: list[Run], value: Value) -> float:
    """The median of the rounds."""
    return median(value(run) for run in runs)


def growth(columns: dict[str, list[Run]], names: list[str], value: Value) -> float | None:
    """How many times the first column's value the last one's is: the median of the rounds' own ratios, so that a slow
    minute counts on both sides. None where one of them is missing.
    """
    first, last = columns.get(names[0], []), columns.get(names[-1], [])
    ratios = [value(above) / value(below) for below, above in zip(first, last, strict=False) if value(below)]
    return median(ratios) if ratios else None


def figures(runs: list[Run]) -> Figures:
    """All of one measurement."""
    return Figures(
        rate=middle(runs, rate),
        p50=middle(runs, p50),
        p95=middle(runs, lambda run: run.p95),
        p99=middle(runs, p99),
        slowest=max(run.slowest for run in runs),
        errors=sum(run.errors for run in runs),
        server=middle(runs, server_cost),
        postgres=middle(runs, postgres_cost),
        neighbours=middle(runs, lambda run: run.usage.other / (run.usage.seconds or 1)),
    )
