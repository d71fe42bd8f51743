"""One at a time makes, verifies or removes backups."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from backup.errors import BackupError
from backup.physical.store import Store

_FOR_ANOTHER = 900.0
"""Seconds that a backup waits for another, as the daily one, to end."""
_STEP = 0.5
"""Seconds between two looks."""


@contextlib.contextmanager
def alone(store: Store) -> Iterator[None]:
    """One backup is made, verified or removed at a time. Raises `BackupError` where another is at work for very long."""
    store.make()
    descriptor = os.open(store.backups, os.O_RDONLY | os.O_DIRECTORY)
    deadline = time.monotonic() + _FOR_ANOTHER
    try:
        while not _taken(descriptor):
            if time.monotonic() > deadline:
                raise BackupError("Another backup is being made or verified: wait until it has ended.")
            time.sleep(_STEP)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
