"""Requests by route, method and status, and how long they took. The hot path: a request costs about a microsecond here."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from api.telemetry.cells import ROW, cells
from api.telemetry.instruments import Instrument, Sample, histogram_samples

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds. The limits of the product are among them: 0.2, 0.3 and 0.5 s, and 30 s."""
STATUSES = (200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 431, 500, 503)
_OTHER = len(STATUSES)
_PLACE_OF = {status: place for place, status in enumerate(STATUSES)}
_SUM = len(STATUSES) + 1
_BUCKETS = _SUM + 1
_SIZE = _BUCKETS + len(BOUNDS) + 1
_NOWHERE = ("none", "none")
"""Label of what no route took: unknown addresses and methods, and what was refused before its route was looked for."""

REQUESTS = "todo_http_requests_total"
DURATION = "todo_http_request_duration_seconds"
IN_FLIGHT = "todo_http_requests_in_flight"


class Requests:
    """Declared last, since how many there are is only known when the application has its routes."""

    def __init__(self) -> None:
        self._start = Instrument._next  # noqa: SLF001 - behind all others
        self._bases: dict[tuple[str, str], int] = {}
        self.running = 0
        self.declare([])

    def declare(self, routes: Iterable[tuple[str, str]]) -> None:
        """Every method and path template that there is."""
        self._bases = {
            name: self._start + 1 + number * _SIZE for number, name in enumerate([_NOWHERE, *sorted(set(routes))])
        }
        if max(self._bases.values()) + _SIZE > ROW:
            raise MemoryError("the routes need larger rows: raise cells.ROW")

    def clear(self) -> None:
        """For a process that takes the place of another: nothing is in flight."""
        self.running = 0
        self.show_running()

    def show_running(self) -> None:
        cells.own[self._start] = self.running

    def note(self, method: str, path: str, status: int, seconds: float) -> None:
        """One that was answered; `path` is the route's template, empty where there was none."""
        base = self._bases.get((method, path))
        if base is None:
            base = self._bases[_NOWHERE]
        own = cells.own
        own[base + _PLACE_OF.get(status, _OTHER)] += 1
        own[base + _BUCKETS + bisect_left(BOUNDS, seconds)] += 1
        own[base + _SUM] += seconds

    def by_status(self) -> Iterator[Sample]:
        """Of the routes that were asked for; of statuses only what has happened, and 500 and 503, which alerts look for."""
        for (method, path), base in self._bases.items():
            counts = [cells.total(base + place) for place in range(_OTHER + 1)]
            for status, count in zip([*map(str, STATUSES), "other"], counts, strict=True):
                if count or (status in {"500", "503"} and any(counts)):
                    yield "", {"method": method, "route": path, "status": status}, count

    def durations(self) -> Iterator[Sample]:
        """Of the routes that were asked for."""
        for (method, path), base in self._bases.items():
            counts = self._counts(base)
            if any(counts):
                yield from histogram_samples(
                    BOUNDS, counts, cells.total(base + _SUM), {"method": method, "route": path}
                )

    def in_flight(self) -> float:
        return cells.total(self._start)

    def summary(self) -> tuple[list[float], float]:
        """Of all routes below /api: how many took how long (one number a bucket), and how many were answered 5xx."""
        below = [base for (_, path), base in self._bases.items() if path.startswith("/api/")]
        counts = [sum(column) for column in zip(*map(self._counts, below), strict=True)] or [0.0] * (len(BOUNDS) + 1)
        failed = sum(cells.total(base + _PLACE_OF[500]) + cells.total(base + _PLACE_OF[503]) for base in below)
        return counts, failed

    def _counts(self, base: int) -> list[float]:
        return [cells.total(base + _BUCKETS + number) for number in range(len(BOUNDS) + 1)]
