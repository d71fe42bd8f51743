"""The last two hours, a sample every ten seconds, in memory that all processes of the server share."""

import math
from dataclasses import dataclass, fields

from api.telemetry.cells import cells

EVERY_SECONDS = 10.0
KEPT = 720
_WIDTH = 16
_START = _WIDTH


@dataclass(frozen=True)
class Sample:
    """Counts are those since the sample before; times in seconds. NaN: not known."""

    at: float
    requests: float
    failed: float
    p50: float
    p95: float
    p99: float
    in_flight: float
    pool_used: float
    pool_max: float
    pool_waiting: float
    lag: float
    database_bytes: float


def keep(sample: Sample) -> None:
    """Only one process does this at a time."""
    number = int(cells.history[0])
    start = _START + number % KEPT * _WIDTH
    for place, one in enumerate(fields(Sample)):
        cells.history[start + place] = getattr(sample, one.name)
    cells.history[0] = number + 1  # last, so that nobody reads half a sample


def kept(newest: int = KEPT) -> list[Sample]:
    """The oldest first."""
    number = int(cells.history[0])
    width = len(fields(Sample))
    found = []
    for one in range(max(0, number - min(newest, KEPT)), number):
        start = _START + one % KEPT * _WIDTH
        found.append(Sample(*cells.history[start : start + width]))
    return found


def quantile(bounds: tuple[float, ...], counts: list[float], share: float) -> float:
    """The time within which this share was answered, as far as buckets can tell; NaN where nothing was asked."""
    total = sum(counts)
    if total <= 0:
        return math.nan
    wanted, below = share * total, 0.0
    for bound, lower, count in zip(bounds, (0.0, *bounds), counts, strict=False):
        if count and below + count >= wanted:
            return lower + (bound - lower) * (wanted - below) / count
        below += count
    return bounds[-1]
