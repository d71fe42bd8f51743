"""A place that is a folder of this machine, perhaps of a disk or share elsewhere."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from backup.errors import BackupError
from backup.place import HISTORY, is_id


class Folder:
    """A folder of this machine, perhaps of a disk or share elsewhere. Made with mode 0700 where it is missing."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def ids(self, kind: str) -> list[str]:
        try:
            return sorted(entry.name for entry in (self.root / kind).iterdir() if is_id(entry.name))
        except FileNotFoundError:
            return []

    @contextlib.contextmanager
    def reading(self, kind: str, name: str, only: str | None = None) -> Iterator[Path]:
        folder = self.root / kind / name
        if not (is_id(name) and folder.is_dir()):
            raise BackupError(f"There is no backup {name} in {self}: `todo-server backup list` names those that are.")
        yield folder

    @contextlib.contextmanager
    def making(self, kind: str, name: str) -> Iterator[Path]:
        parent = self._made(kind)
        with _locked(parent):
            for left in (*parent.glob("*.new"), *parent.glob("*.gone")):
                shutil.rmtree(left)  # of one that was interrupted: the lock is ours
            unfinished = parent / f"{name}.new"
            unfinished.mkdir(mode=0o700)
            try:
                yield unfinished
                _sync_tree(unfinished)
                unfinished.rename(parent / name)
                sync(parent)
            except BaseException:
                shutil.rmtree(unfinished, ignore_errors=True)
                raise

    def remove(self, kind: str, name: str) -> None:
        parent = self._made(kind)
        with _locked(parent):
            going = parent / f"{name}.gone"
            (parent / name).rename(going)
            sync(parent)
            shutil.rmtree(going)

    def append(self, line: bytes) -> None:
        self._made("")
        descriptor = os.open(self.root / HISTORY, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            # The line break goes first as well: after a power failure the last line may be half a one.
            file.write(b"\n" + line + b"\n")
            file.flush()
            os.fsync(descriptor)
        sync(self.root)

    def lines(self) -> list[bytes]:
        try:
            return (self.root / HISTORY).read_bytes().splitlines()
        except FileNotFoundError:
            return []

    def free_bytes(self) -> int | None:
        return shutil.disk_usage(self._made("")).free

    def _made(self, kind: str) -> Path:
        folder = self.root / kind
        # Not by `parents`: those would be open to others.
        self.root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


def sync(path: Path) -> None:
    """Makes a file, or the names in a folder, survive a power failure."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_tree(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        for name in files:
            sync(Path(parent, name))
        sync(Path(parent))


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupError(
            f"Another command is writing to {folder}: wait until it has ended, and start again."
        ) from None
    finally:
        os.close(descriptor)
