"""When a physical backup is due, and whether it must be a full one."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from api.telemetry import measures
from backup.daily import DAILY
from backup.physical.replay import gap_after
from backup.physical.retention import room_left
from backup.physical.store import Store

log = logging.getLogger("todo.backup")


class PhysicalDue:
    """`budget` is in bytes."""

    def __init__(self, store: Store, budget: int) -> None:
        self._store, self._budget = store, budget

    def __call__(self) -> Sequence[str] | None:
        self._look_at_room()
        if self._must_be_full():
            return ("--full",)
        return () if self._is_due() else None

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
        timelines = [int(timeline.name[:8], 16) for folder in received for timeline in folder.iterdir()]
        if newest.timeline != max(timelines, default=newest.timeline) or gap_after(self._store, newest.stop_segment):
            return True
        return room_left(self._store, self._budget) < 0
