"""What was found, beside its goal."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Figure:
    """One thing that was measured, a list of samples for each round; `goal` is judged by p95, or by the largest count."""

    name: str
    slower: int
    """How many times slower the processor was made."""
    goal: float | None = None
    unit: str = "ms"
    rounds: list[list[float]] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Over all rounds."""
        samples = sorted(sample for one in self.rounds for sample in one)
        return samples[min(len(samples) - 1, int(len(samples) * share))]

    @property
    def judged(self) -> float:
        """What the goal is about. A round that neighbours disturbed is no fault of the page: the median round's p95."""
        if self.unit != "ms":
            return self.quantile(1)
        return statistics.median(p95(one) for one in self.rounds)

    @property
    def reached(self) -> bool | None:
        return None if self.goal is None else self.judged <= self.goal


def p95(samples: list[float]) -> float:
    """Of one round."""
    return sorted(samples)[min(len(samples) - 1, int(len(samples) * 0.95))]
