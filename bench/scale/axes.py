"""Axes of a picture: where a value is drawn, and which values are named."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """From `low`, drawn at `start`, to `high`, drawn at `end`, in pixels."""

    low: float
    high: float
    start: float
    end: float
    ticks: list[float]
    logarithmic: bool

    def place(self, value: float) -> float:
        """Pixels."""
        low, high, here = (math.log(v) if self.logarithmic else v for v in (self.low, self.high, value))
        return self.start + (self.end - self.start) * (here - low) / (high - low)


def logarithmic(values: list[float], start: float, end: float, ticks: list[float] | None = None) -> Axis:
    """With a little room around the values; 1, 2 and 5 times the powers of ten are named, or what `ticks` holds."""
    low, high = min(values) / 1.25, max(values) * 1.25
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)))
    round_ones = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    return Axis(low, high, start, end, ticks or [tick for tick in round_ones if low <= tick <= high], logarithmic=True)


def linear(values: list[float], start: float, end: float, step: float) -> Axis:
    """From a whole step below the values to a whole step above them."""
    first, last = math.floor(min(values) / step), math.ceil(max(values) / step)
    ticks = [number * step for number in range(first, max(last, first + 1) + 1)]
    return Axis(ticks[0], ticks[-1], start, end, ticks, logarithmic=False)
