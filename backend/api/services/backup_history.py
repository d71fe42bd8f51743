"""What backups and drills have written down beside them: `history.jsonl`, one event a line, the newest last."""

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

FILE = "history.jsonl"
READ_MAX = 1024 * 1024
"""Bytes from its end: thousands of events."""
_ID_TIME = re.compile(r"(\d{8}T\d{6}Z)-")


@dataclass(frozen=True)
class Drill:
    """One drill. Times in seconds; `rpo` and `rto` are None where it did not come so far."""

    kind: str
    at: float
    passed: bool
    rpo: float | None
    rto: float | None


@dataclass
class History:
    """Moments in seconds since 1970; None where there was none."""

    verified_at: float | None = None
    """When the newest backup was made that was found good."""
    drills: list[Drill] = field(default_factory=list)
    """The oldest first."""

    @property
    def drill(self) -> Drill | None:
        """The last."""
        return self.drills[-1] if self.drills else None


def read_history(folder: Path) -> History:
    """The history of a folder; an empty one where there is none, or nobody may read it."""
    history = History()
    for event in _events(folder):
        at = _moment(event.get("at"))
        if at is None or event.get("what") == "restored":
            continue
        if event.get("what") == "verified":
            if event.get("good") is True:
                made = _made_at(str(event.get("backup"))) or at
                history.verified_at = max(made, history.verified_at or 0.0)
        else:
            history.drills.append(
                Drill(
                    str(event.get("what"))[:40],
                    at,
                    event.get("good") is True,
                    _seconds(event.get("rpo_seconds")),
                    _seconds(event.get("rto_seconds")),
                )
            )
    return history


def _events(folder: Path) -> list[dict[str, Any]]:
    try:
        with (folder / FILE).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - READ_MAX))
            lines = file.read(READ_MAX).splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:  # the beginning of a long file, or a line that a power failure cut
            continue
        if isinstance(event, dict):
            found.append(event)
    return found


def _made_at(backup: str) -> float | None:
    match = _ID_TIME.match(backup)
    try:
        return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp() if match else None
    except ValueError:
        return None


def _moment(value: object) -> float | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo else None


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
