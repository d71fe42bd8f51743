"""Kinds of metrics, each with its place in the row of cells. They are declared in one order by every process."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from api.telemetry.cells import ROW, cells

Kind = Literal["counter", "gauge", "histogram"]
Sample = tuple[str, dict[str, str], float]
"""What is appended to the metric's name, labels, value."""


class Instrument:
    """A metric with a fixed set of series: `values` are all that its `label` can be."""

    kind: ClassVar[Kind]
    declared: ClassVar[list["Instrument"]] = []
    _next: ClassVar[int] = 0

    def __init__(self, name: str, help_text: str, *, size: int, label: str = "", values: Sequence[str] = ("",)) -> None:
        self.name, self.help, self.label, self.values = name, help_text, label, tuple(values)
        self.size = size
        self.at = Instrument._next
        self._places = {value: self.at + size * number for number, value in enumerate(self.values)}
        Instrument._next += size * len(self.values)
        if Instrument._next > ROW:
            raise MemoryError("the metrics need larger rows: raise cells.ROW")
        Instrument.declared.append(self)

    def samples(self) -> Iterator[Sample]:
        """Summed over all processes."""
        for value, at in self._places.items():
            yield "", {self.label: value} if self.label else {}, cells.total(at)


class Counter(Instrument):
    kind = "counter"

    def __init__(self, name: str, help_text: str, *, label: str = "", values: Sequence[str] = ("",)) -> None:
        super().__init__(name, help_text, size=1, label=label, values=values)

    def add(self, value: str = "") -> None:
        """One more."""
        cells.own[self._places[value]] += 1


class Gauge(Instrument):
    kind = "gauge"

    def __init__(self, name: str, help_text: str, *, label: str = "", values: Sequence[str] = ("",)) -> None:
        super().__init__(name, help_text, size=1, label=label, values=values)

    def set(self, number: float, value: str = "") -> None:
        """What this process has at the moment; shown is the sum of all processes."""
        cells.own[self._places[value]] = number

    def now(self, value: str = "") -> float:
        """The sum of all processes."""
        return cells.total(self._places[value])

    def clear(self) -> None:
        """For a process that takes the place of another."""
        for at in self._places.values():
            cells.own[at] = 0


class Histogram(Instrument):
    """`bounds` in seconds. Cells: one for each bound, one for what is above, the sum."""

    kind = "histogram"

    def __init__(
        self, name: str, help_text: str, bounds: Sequence[float], *, label: str = "", values: Sequence[str] = ("",)
    ) -> None:
        self.bounds = tuple(bounds)
        super().__init__(name, help_text, size=len(bounds) + 2, label=label, values=values)

    def observe(self, seconds: float, value: str = "") -> None:
        """One more that took so long."""
        at, own = self._places[value], cells.own
        own[at + bisect_left(self.bounds, seconds)] += 1
        own[at + self.size - 1] += seconds

    def none(self, value: str = "") -> None:
        """One more that took no time."""
        cells.own[self._places[value]] += 1

    def counts(self, value: str = "") -> list[float]:
        """How many fell between each two bounds; the last: above all of them."""
        at = self._places[value]
        return [cells.total(at + number) for number in range(self.size - 1)]

    def samples(self) -> Iterator[Sample]:
        for value, at in self._places.items():
            labels = {self.label: value} if self.label else {}
            yield from histogram_samples(self.bounds, self.counts(value), cells.total(at + self.size - 1), labels)


def histogram_samples(
    bounds: Sequence[float], counts: Sequence[float], total: float, labels: dict[str, str]
) -> Iterator[Sample]:
    """In the form that Prometheus has for a histogram: each bucket holds those before it."""
    below = 0.0
    for bound, count in zip([*map(str, bounds), "+Inf"], counts, strict=True):
        below += count
        yield "_bucket", {**labels, "le": bound}, below
    yield "_sum", labels, total
    yield "_count", labels, below
