"""How old the newest verified backup is, by the history that lies beside the backups."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

OVERDUE = timedelta(hours=24)
"""Older than this, somebody should look."""
_REMEMBERED = 10.0
"""Seconds between two looks of one process."""
_TAIL = 64 * 1024
"""Bytes of the history's end that are looked at: hundreds of events."""


def last_verified(folder: Path) -> datetime | None:
    """When the newest backup in the place `folder` that was verified had been made; None where there is none."""
    try:
        with (folder / "history.jsonl").open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL))
            lines = file.read().splitlines()
    except OSError:
        return None
    return max((made for made in map(_made_at, lines) if made is not None), default=None)


def _made_at(line: bytes) -> datetime | None:
    """Of a backup whose verification was good. Its id begins with the time."""
    try:
        event = orjson.loads(line)
        if event["what"] != "verified" or event["good"] is not True:
            return None
        return datetime.strptime(event["backup"].partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


class BackupAge:
    """As a worker tells it, from memory most of the time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: datetime | None = None
        self._looked_at = float("-inf")

    def told(self) -> dict[str, object]:
        """`backups` is `ok`, `overdue` or `none`; with a backup also its age in whole seconds."""
        if time.monotonic() - self._looked_at > _REMEMBERED:
            self._last, self._looked_at = last_verified(self._folder), time.monotonic()
        if self._last is None:
            return {"backups": "none"}
        age = datetime.now(UTC) - self._last
        return {"backups": "overdue" if age > OVERDUE else "ok", "backup_age_seconds": int(age.total_seconds())}
