"""Where backups are kept: a folder (folder.py), by default below the data directory, or a bucket (bucket.py).

    logical/<id>/      one backup: manifest.json and a file for each table
    logical/<id>.new   one that is being made, or what is left of one that was interrupted
    history.jsonl      what was verified and drilled (history.py); of a bucket also below the data directory, for the server

A backup appears whole or not at all, also after a power failure. One process at a time writes to a place.
"""

import contextlib
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

LOGICAL = "logical"
HISTORY = "history.jsonl"
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


class Place(Protocol):
    """What a place can do. `kind` is the folder in it: `logical`, or another kind of backup."""

    def ids(self, kind: str) -> list[str]:
        """Of its whole backups, the oldest first."""
        ...

    def reading(self, kind: str, name: str, only: str | None = None) -> contextlib.AbstractContextManager[Path]:
        """A folder with the files of one, at least the file `only`. Raises `BackupError` where there is no such backup."""
        ...

    def making(self, kind: str, name: str) -> contextlib.AbstractContextManager[Path]:
        """An empty private folder: what lies there when the context ends well is the backup; otherwise nothing is kept."""
        ...

    def remove(self, kind: str, name: str) -> None:
        """Throws one away. What is interrupted never looks like a backup."""
        ...

    def append(self, line: bytes) -> None:
        """One line more in the history, for good when this returns."""
        ...

    def lines(self) -> list[bytes]:
        """The history."""
        ...

    def free_bytes(self) -> int | None:
        """How much may still be written, where that is known."""
        ...


def new_backup_id(now: datetime | None = None) -> str:
    """The time in UTC, and six hexadecimal digits so that two of one second differ."""
    return f"{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def made_at(name: str) -> datetime:
    """The time in an id."""
    return datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def is_id(name: str) -> bool:
    return bool(_ID.fullmatch(name))
