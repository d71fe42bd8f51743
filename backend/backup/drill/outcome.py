"""What a disaster cost, and whether that is what is promised."""

from dataclasses import asdict, dataclass
from typing import Any

from backup import history
from backup.drill.ledger import Ledger
from backup.place import Place

USERS_RPO, USERS_RTO = 24 * 3600.0, 3600.0
OUR_RTO = 60.0
"""Seconds, at a million tasks on two cores."""


@dataclass(frozen=True)
class Outcome:
    """Of one disaster. Times in seconds; `lost` counts acknowledged tasks that did not come back as they were."""

    kind: str
    what: str
    good: bool
    rto: float
    rpo: float
    acknowledged: int
    lost: int
    tasks: int
    encrypted: bool
    why: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "rto": round(self.rto, 3), "rpo": round(self.rpo, 3)}

    def write_down(self, place: Place) -> None:
        """In the place's history, from where metrics and the status page have it."""
        figures = self.as_json()
        figures.pop("what")  # the disaster, in words
        history.record(place, history.DRILLED, None, good=figures.pop("good"), **figures)


def complaint(
    promised: float, ledger: Ledger, before: int, others: int, lost: int, rpo: float, rto: float
) -> str | None:
    """Why it is not good, as a part of a sentence; None where it is."""
    if not ledger.acknowledged:
        return "nothing was acknowledged before the disaster"
    if others < before:
        return f"{before - others} tasks that were there long before did not come back"
    if rpo > min(promised, USERS_RPO) or (lost and not promised):
        return f"{lost} acknowledged tasks are lost, of {rpo:.3f} s, and {promised} s are allowed"
    if rto > min(OUR_RTO, USERS_RTO):
        return f"it took {rto:.1f} s, and {OUR_RTO:.0f} s are allowed"
    return None
