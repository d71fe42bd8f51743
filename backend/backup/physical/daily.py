"""Makes and verifies a backup every day, in a process of its own that takes only what nobody else wants."""

import logging
import random
import subprocess
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from api.telemetry import measures
from backup.physical.programs import last_words
from backup.physical.replay import gap_after
from backup.physical.retention import room_left
from backup.physical.store import Store

log = logging.getLogger("todo.backup")

DAILY = timedelta(hours=23)
"""From one backup to the next; verified, it is then never older than a day."""
_FIRST, _JITTER = 90.0, 60.0
_AGAIN = 3600.0
"""Seconds: to the first look after the start and between looks; after a backup, good or not."""
_GENTLY = ("nice", "-n", "19", "ionice", "-c", "3")


class Daily:
    """`command` makes, verifies and prunes; `budget` is in bytes."""

    def __init__(self, store: Store, budget: int, command: Sequence[str], ending: threading.Event) -> None:
        self._store, self._budget, self._command, self._ending = store, budget, command, ending

    def run(self) -> None:
        # Many servers that were started together shall not begin together.
        wait = _FIRST + random.uniform(0, _JITTER)  # noqa: S311
        while not self._ending.wait(wait):
            wait = _FIRST
            try:
                self._look_at_room()
                full = self._must_be_full()
                if full or self._is_due():
                    wait = _AGAIN
                    self._make(full=full)
            except Exception as error:  # noqa: BLE001 - nobody above this thread would hear of it
                log.error("no backup can be made: %s %s", type(error).__name__, error)  # noqa: TRY400
                wait = _AGAIN

    def _look_at_room(self) -> None:
        """Told once, until there is room again."""
        left = room_left(self._store, self._budget)
        if left < 0 and not measures.over_budget.now():
            log.warning(
                "backups and the write-ahead log take %d MB more than they may: see TODO_BACKUP_BUDGET_MB", -left >> 20
            )
        measures.over_budget.set(float(left < 0))

    def _is_due(self) -> bool:
        verified = [manifest.finished_at for manifest in self._store.manifests() if manifest.verified_at]
        return not verified or datetime.now(UTC) - max(verified) > DAILY

    def _must_be_full(self) -> bool:
        """Whether the newest backup leads no further: another timeline, a hole in the log, or too much of it."""
        newest = next((each for each in reversed(self._store.manifests()) if each.verified_at), None)
        if newest is None:
            return True
        received = [folder for folder in self._store.received if folder.is_dir()]
        timelines = [int(timeline.name, 16) for folder in received for timeline in folder.iterdir()]
        if newest.timeline != max(timelines, default=newest.timeline) or gap_after(self._store, newest.stop_segment):
            return True
        return room_left(self._store, self._budget) < 0

    def _make(self, *, full: bool) -> None:
        process = subprocess.Popen(
            [*_GENTLY, *self._command, *(["--full"] if full else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        while True:
            try:
                _, said = process.communicate(timeout=1)
                break
            except subprocess.TimeoutExpired:
                if self._ending.is_set():
                    process.terminate()
        if process.returncode and not self._ending.is_set():
            log.error("the daily backup failed: %s", last_words(said))
