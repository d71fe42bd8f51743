"""What was answered, how fast, and what was not."""

import math
from collections import Counter, defaultdict

_STEPS = 10_000
"""A second in steps of 0.1 ms: fine enough for limits of 200 ms, and hours of load fit into memory."""


class Latencies:
    """How many answers took how long."""

    def __init__(self) -> None:
        self._counts: defaultdict[int, int] = defaultdict(int)
        self._slowest = 0.0

    def note(self, seconds: float) -> None:
        """One more."""
        self._counts[int(seconds * _STEPS)] += 1
        self._slowest = max(self._slowest, seconds)

    @property
    def total(self) -> int:
        """How many."""
        return sum(self._counts.values())

    @property
    def slowest(self) -> float:
        """In ms."""
        return self._slowest * 1000

    def quantile(self, share: float) -> float:
        """In ms, rounded up to a step; 0 where there is none."""
        wanted, passed = int(self.total * share), 0
        for step in sorted(self._counts):
            passed += self._counts[step]
            if passed > wanted:
                return (step + 1) * 1000 / _STEPS
        return 0.0


class Minute(Latencies):
    """The answers of one minute, of all kinds."""

    errors = 0


class Tally:
    """Of a phase of so many seconds. `added`, `removed` and `keyed` count the rows that must have come of it."""

    def __init__(self, seconds: float = 60.0) -> None:
        self._last = math.ceil(seconds / 60) - 1
        self.kinds: defaultdict[str, Latencies] = defaultdict(Latencies)
        self.minutes: defaultdict[int, Minute] = defaultdict(Minute)
        self.errors: Counter[str] = Counter()
        self.added = 0
        self.removed = 0
        self.keyed = 0
        self.read_back = 0

    def note(self, kind: str, at: float, seconds: float) -> None:
        """An answer that took `seconds`, to what was asked `at` seconds after the beginning."""
        self.kinds[kind].note(seconds)
        self._minute(at).note(seconds)

    def fail(self, kind: str, at: float, reason: str) -> None:
        """Something that should not have happened."""
        self.errors[f"{kind}: {reason}"] += 1
        self._minute(at).errors += 1

    @property
    def requests(self) -> int:
        """Answered."""
        return sum(kind.total for kind in self.kinds.values())

    def _minute(self, at: float) -> Minute:
        """A task that was written at the very end is read back after it: that counts for the last minute."""
        return self.minutes[min(int(at // 60), self._last)]
