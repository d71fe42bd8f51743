"""What is kept: enough for every moment of the last days, in no more room than was granted."""

import itertools
import shutil
from datetime import UTC, datetime, timedelta

from backup.physical.manifest import Manifest
from backup.physical.store import Store, size_of
from backup.physical.wal import forget_before

WINDOW = timedelta(days=7)
"""Every moment since then can be reached."""
_FREE = 2**30
"""Bytes of the disk that backups leave to others, whatever they were granted."""


def room_left(store: Store, budget: int) -> int:
    """Bytes that backups and log may still grow by; negative when they take too much."""
    used = size_of(store.backups) + size_of(store.wal)
    return min(budget - used, shutil.disk_usage(store.root).free - _FREE)


def removable(store: Store, budget: int, now: datetime | None = None) -> list[Manifest]:
    """What can go, the oldest first: older than any moment of the window needs, or too much for the budget.

    A full backup goes with those that build on it. The newest verified one never goes, nor what it builds on.
    """
    chains = _chains(store)
    last = next((chain for chain in reversed(chains) if any(each.verified_at for each in chain)), None)
    start = (now or datetime.now(UTC)) - WINDOW
    found: list[Manifest] = []
    left = room_left(store, budget)
    for chain, following in itertools.pairwise(chains):
        if chain is last or (last is not None and chains.index(chain) > chains.index(last)):
            break
        if following[0].finished_at > start and left >= 0:
            break
        found += chain
        left += sum(each.bytes for each in chain)
    return found


def prune(store: Store, budget: int) -> list[Manifest]:
    """Remove it, and the log that only it needed. Whoever calls this is `alone`."""
    gone = removable(store, budget)
    for manifest in reversed(gone):  # never one that another still builds on
        store.remove(manifest)
    kept = store.manifests()
    if kept:
        forget_before(store, min(manifest.stop_segment[8:] for manifest in kept).rjust(24, "0"))
    return gone


def _chains(store: Store) -> list[list[Manifest]]:
    """The full backups, each with those that build on it, the oldest first."""
    chains: dict[str, list[Manifest]] = {}
    for manifest in store.manifests():
        try:
            chains.setdefault(store.chain(manifest)[0].id, []).append(manifest)
        except KeyError:
            chains[manifest.id] = [manifest]  # builds on one that is gone: of no use
    return list(chains.values())
