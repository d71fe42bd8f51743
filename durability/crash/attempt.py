"""One write: begun before it is sent; acknowledged, refused or unknown in the end."""

import enum
from dataclasses import dataclass, field
from typing import Any


class Outcome(enum.Enum):
    """What the client knows. A 503 promises nothing (a COMMIT may still be under way when time is up), so it is unknown."""

    BEGUN = "begun"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class State:
    """A task, or how it must be. `answered` is the whole task as the server said it last, where it did."""

    title: str
    description: str
    completed: bool
    deleted: bool = False
    answered: dict[str, Any] | None = field(default=None, compare=False)


@dataclass
class Attempt:
    """`changes` says how tasks must be afterwards (None: gone), `born` which new ones there must be."""

    number: int
    kind: str
    method: str
    path: str
    body: str = ""
    headers: str = ""
    expected: int = 200
    keyed: bool = False
    changes: dict[str, State | None] = field(default_factory=dict)
    born: tuple[State, ...] = ()
    outcome: Outcome = Outcome.BEGUN
    reason: str = ""
    """Why it is not known, or the status."""

    @property
    def name(self) -> str:
        """In messages."""
        return f"attempt {self.number} ({self.kind})"
