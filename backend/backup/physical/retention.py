"""What is kept: enough for every moment of the last days, in no more room than was granted."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backup.physical.manifest import Manifest
from backup.physical.replay import kept_before
from backup.physical.store import Store, size_of

WINDOW = timedelta(days=7)
"""Every moment since then can be reached."""
_UNVERIFIED = 3
"""So many that are not verified stay: another try is made each hour, and each would fill the disk a little more."""
_FREE = 2**30
"""Bytes of the disk that backups leave to others, whatever they were granted."""


def room_left(store: Store, budget: int) -> int:
    """Bytes that backups and log may still grow by; negative when they take too much."""
    used = size_of(store.backups) + size_of(store.wal)
    return min(budget - used, shutil.disk_usage(store.root).free - _FREE)


def removable(store: Store, budget: int, now: datetime | None = None) -> list[Manifest]:
    """What can go, the oldest first: older than any moment of the window needs, or too much for the budget.

    A full backup goes with those that build on it, once a newer one is verified. The newest verified one never goes, nor what
    it builds on; of those that are not verified, only the newest stay.
    """
    chains = _chains(store)
    verified = [index for index, chain in enumerate(chains) if any(each.verified_at for each in chain)]
    start = (now or datetime.now(UTC)) - WINDOW
    found = [manifest for manifest in store.manifests() if not manifest.verified_at][:-_UNVERIFIED]
    unused = room_left(store, budget)
    for index, chain in enumerate(chains[: max(verified, default=0)]):
        following = chains[next(later for later in verified if later > index)]
        enough = unused + _size_of_all(store, found) >= 0
        if next(each.finished_at for each in following if each.verified_at) > start and enough:
            break
        found += [each for each in chain if each not in found]
    return [manifest for manifest in store.manifests() if manifest in found]


def prune(store: Store, budget: int) -> list[Manifest]:
    """Remove what can go. Whoever calls this is `alone`."""
    gone = removable(store, budget)
    remove(store, gone)
    return gone


def remove(store: Store, going: Sequence[Manifest]) -> None:
    """Remove these, the oldest first in the list, and the log that only they needed. Whoever calls this is `alone`."""
    for manifest in reversed(going):  # never one that another still builds on
        store.remove(manifest)
    for path in unneeded_log(store, []):
        path.unlink(missing_ok=True)


def unneeded_log(store: Store, going: Sequence[Manifest]) -> list[Path]:
    """What is kept of the log that no backup but those that are `going` needs; all stays where there is none."""
    staying = [manifest.stop_segment[8:] for manifest in store.manifests() if manifest not in going]
    return kept_before(store, min(staying).rjust(24, "0")) if staying else []


def _size_of_all(store: Store, going: Sequence[Manifest]) -> int:
    """Bytes that they take, with the log that only they need."""
    if not going:
        return 0
    return sum(each.bytes for each in going) + sum(path.stat().st_blocks * 512 for path in unneeded_log(store, going))


def _chains(store: Store) -> list[list[Manifest]]:
    """The full backups, each with those that build on it, the oldest first."""
    chains: dict[str, list[Manifest]] = {}
    for manifest in store.manifests():
        try:
            chains.setdefault(store.chain(manifest)[0].id, []).append(manifest)
        except KeyError:
            chains[manifest.id] = [manifest]  # builds on one that is gone: of no use
    return list(chains.values())
