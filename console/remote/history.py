"""The last changes made to an account from here (mode 0600), and the change whose answer never came.

Each holds what the server needs to take it back, and the `updated_at` that the change left: another one now, and somebody
else was there since. Taking a change back moves `updated_at` too, so older changes of the same tasks learn the new one.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from console.history import DEPTH
from todo import files
from todo.errors import NothingToUndo, StorageError

_KEY_SECONDS = 23 * 3600
"""The server keeps Idempotency-Keys for 24 hours."""

Change = dict[str, Any]
"""`name` as `undo` says it; `path` and `body` of the request that takes it back, and its `key`; `was`: the `updated_at`
before the change, by id."""


class History:
    """The changes of one account, in a file of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other console out. Raises `StorageError`."""
        from console.remote.account import made_folder

        made_folder()
        with files.locked(self._path):
            yield

    def pending(self, path: str, body: bytes) -> str | None:
        """The key of this very change, if its answer never came and the server still knows the key."""
        pending = self._read()["pending"]
        if pending and pending[:2] == [path, body.decode()] and 0 <= time.time() - pending[3] < _KEY_SECONDS:
            return str(pending[2])
        return None

    def note_unknown(self, path: str, body: bytes, key: str) -> None:
        """Remember a change whose answer never came. Without room for that the same command again is a new one."""
        with suppress(StorageError), self.locked():
            self._write({**self._read(), "pending": [path, body.decode(), key, time.time()]})

    def note_known(self, key: str) -> None:
        """Forget that change: its answer has come."""
        with suppress(StorageError), self.locked():
            kept = self._read()
            if kept["pending"] and kept["pending"][2] == key:
                self._write({**kept, "pending": None})

    def remember(self, change: Change) -> None:
        """Note a change that was made. Raises `StorageError`."""
        with self.locked():
            changes = self._read()["changes"]
            known = {task["task"] for earlier in changes for task in _tasks(earlier)}
            was = {task: moment for task, moment in change["was"].items() if task in known}
            self._write({"changes": [*changes, {**change, "was": was}][-DEPTH:], "pending": None})

    def last(self) -> Change:
        """The last change. Raises `NothingToUndo`."""
        changes = self._read()["changes"]
        if not changes:
            raise NothingToUndo
        last: Change = changes[-1]
        return last

    def forget(self, change: Change, now: Mapping[str, str]) -> None:
        """Drop a change that was taken back; `now` is the `updated_at` of its tasks since, by id. Raises `StorageError`."""
        changes = [known for known in self._read()["changes"] if known["key"] != change["key"]]
        for known in changes:
            for task in _tasks(known):
                if task["task"] in now and task["seen"] == change["was"].get(task["task"]):
                    task["seen"] = now[task["task"]]
        self._write({"changes": changes, "pending": None})

    def lose(self) -> None:
        """Know of no change at all: an old history would have `undo` take back one that is not the last."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        try:
            value = json.loads(files.read_whole(self._path) or b"{}")
            changes = [change for change in value.get("changes", []) if _is_sound(change)]
            pending = value.get("pending")
            return {"changes": changes, "pending": pending if isinstance(pending, list) and len(pending) == 4 else None}
        except (StorageError, ValueError, TypeError, AttributeError, RecursionError):
            return {"changes": [], "pending": None}

    def _write(self, value: dict[str, Any]) -> None:
        files.replace_whole(self._path, json.dumps(value).encode())


def new_key() -> str:
    """An Idempotency-Key that nobody else has."""
    return os.urandom(16).hex()


def _tasks(change: Change) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = change["body"].get("changes", change["body"].get("tasks", []))
    return tasks


def _is_sound(change: object) -> bool:
    match change:
        case {"name": str(), "path": str(), "body": dict(), "key": str(), "was": dict()}:
            return True
        case _:
            return False
