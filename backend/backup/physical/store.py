"""Where the physical backups of one cluster and its write-ahead log are kept.

physical/SYSTEM/ID/       a backup: base.tar.gz, pg_wal.tar.gz, backup_manifest (PostgreSQL's), manifest.json (ours)
physical/SYSTEM/ID.new/   the same while it is being made
wal/SYSTEM/               the log: SEGMENT.gz, and the histories of timelines
wal/SYSTEM/receiving/TIMELINE/   what is being received: SEGMENT, and SEGMENT.partial, the newest

SYSTEM is the number that initdb gave the cluster: the log of another cluster never gets among these files.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from backup.physical.manifest import Manifest, read_manifest

_ID = re.compile(r"\d{8}T\d{6}Z-(full|incremental)")
_SEGMENT = re.compile(r"[0-9A-F]{24}")
_HISTORY = re.compile(r"[0-9A-F]{8}\.history")


@dataclass(frozen=True)
class Store:
    """The part of the place of backups that belongs to the cluster with the number `system`."""

    root: Path
    system: str

    @property
    def backups(self) -> Path:
        return self.root / "physical" / self.system

    @property
    def wal(self) -> Path:
        return self.root / "wal" / self.system

    def receiving(self, timeline: int) -> Path:
        return self.wal / "receiving" / f"{timeline:08X}"

    def make(self) -> None:
        """Make the folders, which only their owner can enter."""
        for folder in (self.root, self.backups.parent, self.backups, self.wal.parent, self.wal, self.wal / "receiving"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def manifests(self) -> list[Manifest]:
        """All whole backups, the oldest first; a folder whose manifest cannot be read is none."""
        if not self.backups.is_dir():
            return []
        found = (read_manifest(folder) for folder in sorted(self.backups.iterdir()) if _ID.fullmatch(folder.name))
        return sorted((manifest for manifest in found if manifest), key=lambda manifest: manifest.started_at)

    def folder(self, manifest: Manifest) -> Path:
        return self.backups / manifest.id

    def chain(self, manifest: Manifest) -> list[Manifest]:
        """The backups that make up this one, the full one first. Raises `KeyError` where one is missing."""
        known = {each.id: each for each in self.manifests()}
        found = [manifest]
        while found[0].parent is not None:
            found.insert(0, known[found[0].parent])
        return found

    def remove(self, manifest: Manifest) -> None:
        """Remove a backup; one that is removed half does not count any more."""
        (self.folder(manifest) / "manifest.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder(manifest))

    def clear_unfinished(self) -> None:
        """Remove what a backup that was killed has left. Whoever calls this holds the lock."""
        for folder in self.backups.glob("*.new"):
            shutil.rmtree(folder)


def stores(root: Path) -> list[Store]:
    """One for each cluster whose backups are kept here."""
    folder = root / "physical"
    return [Store(root, each.name) for each in sorted(folder.iterdir())] if folder.is_dir() else []


def is_segment(name: str) -> bool:
    return _SEGMENT.fullmatch(name) is not None


def is_history(name: str) -> bool:
    return _HISTORY.fullmatch(name) is not None


def size_of(folder: Path) -> int:
    """Bytes of the files below; what vanishes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        total += status.st_blocks * 512
    return total
