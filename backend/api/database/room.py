"""Whether the disk of the PostgreSQL inside has room: PostgreSQL ends when its log finds none, so writing stops before."""

import contextlib
import logging
import os
from pathlib import Path

log = logging.getLogger("todo.database")

LEAST_BYTES = 64 * 2**20
"""Free for the service to write: what transactions that run now, and a checkpoint, may still take."""


def nearest(folder: Path) -> Path:
    """The folder, or where it is missing the nearest above it that is there."""
    return next(each for each in (folder, *folder.parents) if os.path.lexists(each))


def room(folder: Path) -> tuple[int, int]:
    """Bytes that are free on its disk for whoever is not root, and its size. Raises `OSError`."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize


class Room:
    """Of the disk that holds `folder`. Looking takes microseconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._short = False

    def is_short(self) -> bool:
        """Whether less than `LEAST_BYTES` are free. Says in the log when that changes."""
        short = False
        with contextlib.suppress(OSError):  # no folder: PostgreSQL will say so
            short = room(self._folder)[0] < LEAST_BYTES
        if short is not self._short:
            self._short = short
            if short:
                log.error("the disk of %s is nearly full: only reading is served until there is room", self._folder)
            else:
                log.warning("the disk of %s has room again", self._folder)
        return short
