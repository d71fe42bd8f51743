"""Carries the log from where it arrives to where it is kept, every few seconds."""

import logging
import os
import threading
from pathlib import Path

from api.database.embedded.place import Place
from backup.physical.own_folders import close
from backup.physical.store import Store, is_segment
from backup.physical.wal import keep

log = logging.getLogger("todo.backup")

_PERIOD = 3.0
"""Seconds."""
_WAITING = 64
"""Segments of 1 MB that wait in the data directory for a place that cannot be written to."""


class Keeper:
    """Without a store what PostgreSQL archives is thrown away."""

    def __init__(self, place: Place, store: Store | None, ending: threading.Event) -> None:
        self._archive = place.archive_of(place.cluster)
        self._store = store
        self._ending = ending
        self._said = ""

    def run(self) -> None:
        # Compressing shall not take a request's time. On Linux this is of the thread alone.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        if self._store is not None:
            try:
                close([self._store.backups.parent, self._store.wal.parent, *self._store.received])
            except OSError as error:
                self._say(f"others on this machine may read the backups ({error.strerror}: {error.filename})")
        while not self._ending.wait(_PERIOD):
            try:
                if self._store is None:
                    _throw_away(self._archive, all_but=0)
                else:
                    self._store.make()
                    keep(self._store, self._archive)
                    self._said = ""
            except OSError as error:
                self._say(f"the write-ahead log is not kept ({error.strerror}: {error.filename})")
                _throw_away(self._archive, all_but=_WAITING)

    def _say(self, what: str) -> None:
        """Once, until it is well again."""
        if what != self._said:
            log.error("%s; trying again and again", what)
        self._said = what


def _throw_away(archive: Path, *, all_but: int) -> None:
    """The oldest segments; the newest `all_but` stay."""
    found = sorted(path for path in archive.iterdir() if is_segment(path.name)) if archive.is_dir() else []
    for path in found[: max(0, len(found) - all_but)]:
        path.unlink(missing_ok=True)
