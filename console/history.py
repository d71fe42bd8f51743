"""The last changes of each user, in a file beside the tasks (`.undo`, mode 0600). Its loss costs `undo` and no more."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from console.changes import Change
from console.spelling import record_of
from todo import files
from todo.errors import NothingToUndo, StorageError, TodoError

DEPTH = 20
"""How many changes of a user can be taken back."""


class History:
    """The changes beside one file of tasks; used under that file's lock."""

    def __init__(self, tasks: Path) -> None:
        self._path = tasks.with_name(f"{tasks.name}.undo")

    def last(self, user: str, version: list[int] | None) -> Change:
        """The user's last change that led to this version of the file. Raises `NothingToUndo`."""
        changes = [change for change in self._read(version) if change.user == user]
        if not changes or not _is_sound(changes[-1]):
            raise NothingToUndo
        return changes[-1]

    def remember(self, change: Change) -> None:
        """Note a change that is about to be made. Raises `StorageError`."""
        changes = [*self._read(change.version), change]
        own = [known for known in changes if known.user == change.user]
        self._write([known for known in changes if known not in own[:-DEPTH]])

    def forget(self, change: Change, version: list[int] | None) -> None:
        """Drop a change that was taken back. Raises `StorageError`."""
        self._write([known for known in self._read(version) if known != change])

    def lose(self) -> None:
        """Know of no change at all: an old history would have `undo` take back one that is not the last."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _read(self, version: list[int] | None) -> list[Change]:
        """The changes that led to this version: one that was noted for this very version never came about."""
        if version is None:
            return []
        try:
            data = json.loads(files.read_whole(self._path) or b"[]")
            changes = [_change(value) for value in data]
        except (StorageError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return []
        return [change for change in changes if change.version != version]

    def _write(self, changes: Sequence[Change]) -> None:
        values = [
            {
                "name": change.name,
                "user": change.user,
                "numbers": sorted(change.numbers),
                "before": change.before,
                "after": change.after,
                "version": change.version,
            }
            for change in changes
        ]
        files.replace_whole(self._path, json.dumps(values).encode())


def _change(value: dict[str, object]) -> Change:
    match value:
        case {
            "name": str(name),
            "user": str(user),
            "numbers": list(numbers),
            "before": dict(before),
            "after": dict(after),
            "version": list() | None as version,
        }:
            return Change(name, user, frozenset(numbers), _texts(before), _texts(after), version)
        case _:
            raise ValueError("That is no change.")


def _texts(values: dict[str, str]) -> dict[int, str]:
    return {int(position): text for position, text in values.items()}


def _is_sound(change: Change) -> bool:
    """Whether putting these records back leaves the file a list of tasks. Not asked of every change: it takes time."""
    try:
        for position, text in (*change.before.items(), *change.after.items()):
            record = record_of(text)
            if position < 0 or record.number not in change.numbers or record.user_id not in (None, change.user):
                return False
    except (TodoError, ValueError):
        return False
    return True
