"""The write-ahead log beside the backups: what was received or archived is compressed and kept, and taken out again."""

import contextlib
import fcntl
import gzip
import os
import time
from collections.abc import Iterator
from pathlib import Path

from api.database.embedded.configuration import sync_folder
from backup.physical.pages import SEGMENT_BYTES
from backup.physical.store import Store, is_history, is_segment

_LEVEL = 1
PATIENCE = 5.0
"""Seconds that an archived segment waits for the same one to be received."""


def keep(store: Store, archive: Path, *, patience: float = PATIENCE) -> int:
    """Take over the finished segments that were received, and the archived ones that were not; how many.

    A segment leaves its folder when it is kept, compressed and durable. Several processes may do this at a time.
    """
    with locked(store.wal):
        return _keep(store, archive, patience)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time works in the folder; the next waits."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def set_aside_before(folder: Path, segment: str) -> None:
    """Where PostgreSQL has the log only from `segment` on, and `folder` ends before: pg_receivewal goes on where the files of
    its folder end, so it gets an empty one. What was received is kept from the other."""
    newest = (
        max((path.stem[8:] for path in folder.iterdir() if is_segment(path.stem)), default="")
        if folder.is_dir()
        else ""
    )
    if newest and newest < segment[8:]:
        folder.rename(f"{folder}.{time.time_ns()}")


def is_aside(path: Path) -> bool:
    """Whether it was set aside: nothing more will come of what is not whole."""
    return "." in path.parent.name


def _keep(store: Store, archive: Path, patience: float) -> int:
    received = [path for folder in store.received for path in files_below(folder)]
    taken = [path for path in received if is_segment(path.name)]
    for path in files_below(archive):
        if is_segment(path.name) or is_history(path.name):
            if not _is_kept(store, path.name) and time.time() - path.stat().st_mtime < patience:
                continue
            taken.append(path)
        elif path.suffix == ".backup":  # where a base backup began, which our manifest says too
            path.unlink(missing_ok=True)
    for path in taken:
        if not _is_kept(store, path.name):
            _keep_one(store, path)
    if taken:
        sync_folder(store.wal)
    for path in taken:
        path.unlink(missing_ok=True)
        _sealed_partial(store, path.name).unlink(missing_ok=True)
    if store.keys.recipients:
        for path in received:
            if is_segment(path.stem) and path.suffix == ".partial":
                _keep_partial(store, path)
    for path in received:
        name = path.name if is_history(path.name) else path.stem
        if is_aside(path) and _is_kept(store, name):
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # not empty yet
                path.parent.rmdir()
    return len(taken)


def files_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in sorted(names))


def _is_kept(store: Store, name: str) -> bool:
    names = (name,) if is_history(name) else (f"{name}.gz", f"{name}.gz.age")
    return any((store.wal / each).exists() for each in names)


def is_kept_file(path: Path) -> bool:
    """Whether it is a segment, or the beginning of one, as `keep` leaves it."""
    return is_segment(path.name[:24]) and path.name[24:] in {".gz", ".gz.age", ".partial.gz.age"}


def _sealed_partial(store: Store, name: str) -> Path:
    return store.wal / f"{name}.partial.gz.age"


def _keep_partial(store: Store, path: Path) -> None:
    """The beginning of a segment that is being received, as far as it has come: without it, all of that would be lost with the
    data directory. What was received in the place before there were recipients must not stay there in the clear."""
    kept = _sealed_partial(store, path.stem)
    with contextlib.suppress(FileNotFoundError):  # it is whole now, and has that name
        status = path.stat()
        is_new = not kept.exists() or kept.stat().st_mtime_ns < status.st_mtime_ns
        if is_new and status.st_size == SEGMENT_BYTES and not _is_kept(store, path.stem):
            _keep_one(store, path)
        if path.is_relative_to(store.wal):
            path.unlink()


def _keep_one(store: Store, path: Path) -> None:
    name = path.name
    if not is_history(name):
        name += ".gz.age" if store.keys.recipients else ".gz"
    try:
        status, content = path.stat(), path.read_bytes()
    except FileNotFoundError:  # set aside meanwhile: the next pass finds it there
        return
    if not is_history(path.name):
        content = gzip.compress(content, _LEVEL)
        content = store.keys.sealed(name, content) if store.keys.recipients else content
    unfinished = store.wal / f"{name}.new"
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:  # no room, perhaps: then it takes none
        unfinished.unlink(missing_ok=True)
        raise
    # The times of before it was read: what was written since is newer.
    os.utime(unfinished, ns=(status.st_atime_ns, status.st_mtime_ns))
    unfinished.rename(store.wal / name)
