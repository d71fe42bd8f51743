"""Where the physical backups of one cluster and its write-ahead log are kept.

physical/SYSTEM/ID/       a backup: base.tar.gz, pg_wal.tar.gz, backup_manifest (PostgreSQL's), manifest.json (ours)
physical/SYSTEM/ID.new/   the same while it is being made
wal/SYSTEM/               the log: SEGMENT.gz, and the histories of timelines
wal/SYSTEM/receiving/TIMELINE/   what is being received: SEGMENT, and SEGMENT.partial, the newest

Encrypted for recipients (keys.py): base.tar.gz.age, pg_wal.tar.gz.age, SEGMENT.gz.age, SEGMENT.partial.gz.age; what is being
received, and a backup that is being made, are below the data directory then: receiving/SYSTEM/TIMELINE/, making/.

SYSTEM is the number that initdb gave the cluster: the log of another cluster never gets among these files.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backup.errors import BackupError, Damaged
from backup.physical.keys import NO_KEYS, Keys
from backup.physical.manifest import Manifest, read_manifest
from backup.physical.own_folders import make_own

_ID = re.compile(r"\d{8}T\d{6}Z-(full|incremental)")
_SEGMENT = re.compile(r"[0-9A-F]{24}")
_HISTORY = re.compile(r"[0-9A-F]{8}\.history")


@dataclass(frozen=True)
class Store:
    """The part of the place of backups that belongs to the cluster with the number `system`."""

    root: Path
    system: str
    keys: Keys = NO_KEYS

    @property
    def backups(self) -> Path:
        return self.root / "physical" / self.system

    @property
    def wal(self) -> Path:
        return self.root / "wal" / self.system

    def receiving(self, timeline: int) -> Path:
        return self.received[-1 if self.keys.recipients else 0] / f"{timeline:08X}"

    @property
    def received(self) -> list[Path]:
        """Where the log may have been received: in the place, and below the data directory."""
        below = self.keys.data_dir
        return [self.wal / "receiving", *([below / "receiving" / self.system] if below else [])]

    @property
    def making(self) -> "Store":
        """Where a backup is made in the clear: here, or, where it shall be encrypted, in a folder of the data directory."""
        below = self.keys.data_dir
        return Store(below / "making", self.system) if below and self.keys.recipients else self

    def make(self) -> None:
        """Make the folders, which only their owner can enter. The place itself, where it is there, stays as it is: it may be
        somebody's who keeps other things in it."""
        for folder in (self.backups.parent, self.backups, self.wal.parent, self.wal, self.wal / "receiving"):
            make_own(folder)

    def manifests(self) -> list[Manifest]:
        """All whole backups, the oldest first; a folder whose manifest cannot be read, or is not as signed, is none."""
        return sorted(self._manifests({}), key=lambda manifest: manifest.started_at)

    def manifest(self, backup_id: str) -> Manifest:
        """Raises `BackupError` where there is no such one, and `Damaged`."""
        manifest = read_manifest(self.backups / backup_id)
        if manifest is None:
            raise BackupError(f"There is no whole physical backup {backup_id} in {self.backups}.")
        return manifest

    def damaged(self) -> dict[str, str]:
        """Those whose manifest is not as it was signed, by their ids, and a sentence for each."""
        found: dict[str, str] = {}
        list(self._manifests(found))
        return found

    def _manifests(self, damaged: dict[str, str]) -> Iterator[Manifest]:
        for folder in sorted(self.backups.iterdir()) if self.backups.is_dir() else ():
            try:
                manifest = read_manifest(folder) if _ID.fullmatch(folder.name) else None
            except Damaged as error:
                damaged[folder.name] = str(error)
            else:
                yield from [manifest] if manifest else []

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
        if self.making is not self and self.making.root.exists():
            shutil.rmtree(self.making.root)


def stores(root: Path, keys: Keys = NO_KEYS) -> list[Store]:
    """One for each cluster whose backups are kept here."""
    folder = root / "physical"
    return [Store(root, each.name, keys) for each in sorted(folder.iterdir())] if folder.is_dir() else []


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
