"""What a run came to, as one line of JSON."""

import json
from collections import Counter
from dataclasses import dataclass, field

from durability.crash.attempt import Attempt, Outcome
from durability.crash.check import KINDS, Violation


@dataclass
class Tally:
    """Counts of a run. Each attempt is acknowledged, refused or unknown; each unknown one has happened or not, in the end."""

    seed: int
    cycles: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    stalled: int = 0
    """Of the kills, those before which the victim was stopped."""
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    """Acknowledged, by kind."""
    unknown_happened: int = 0
    unknown_absent: int = 0
    unavailable: int = 0
    """Of the unknown ones, those that were answered 503; and of these, those that had happened all the same."""
    unavailable_happened: int = 0
    errors_500: int = 0
    repeated: int = 0
    starts: int = 0
    failed_starts: int = 0
    longest_outage: float = 0.0
    """Seconds from the last kill of a cycle until everybody's next write was acknowledged."""
    tasks: int = 0
    seconds: float = 0.0
    stopped: bool = False
    violations: list[Violation] = field(default_factory=list)

    def ended(self, attempt: Attempt) -> None:
        """Counts an attempt by its end."""
        self.outcomes[attempt.outcome] += 1
        if attempt.outcome is Outcome.ACKNOWLEDGED:
            self.writes[attempt.kind] += 1
        if attempt.outcome is Outcome.UNKNOWN:
            self.unavailable += attempt.reason == "503"
            self.errors_500 += attempt.reason == "500"

    def settled(self, attempt: Attempt, *, happened: bool) -> None:
        """Counts what became of an unknown attempt."""
        self.unknown_happened += happened
        self.unknown_absent += not happened
        self.unavailable_happened += happened and attempt.reason == "503"

    def line(self) -> str:
        """All of it."""
        violations = Counter(violation.kind for violation in self.violations)
        return json.dumps(
            {
                "seed": self.seed,
                "cycles": self.cycles,
                "kills": self.kills.total(),
                "kills_by_victim": dict(sorted(self.kills.items())),
                "kills_stalled": self.stalled,
                "attempts": self.outcomes.total(),
                **{name.value: self.outcomes[name] for name in Outcome if name is not Outcome.BEGUN},
                "acknowledged_by_kind": dict(sorted(self.writes.items())),
                "unknown_happened": self.unknown_happened,
                "unknown_absent": self.unknown_absent,
                "answered_503": self.unavailable,
                "answered_503_happened": self.unavailable_happened,
                "answered_500": self.errors_500,
                "repeated_with_key": self.repeated,
                "server_starts": self.starts,
                "server_starts_failed": self.failed_starts,
                "longest_outage": round(self.longest_outage, 2),
                "tasks_at_end": self.tasks,
                **{kind: violations[kind] for kind in KINDS},
                "seconds": round(self.seconds, 1),
                "stopped": self.stopped,
            }
        )
