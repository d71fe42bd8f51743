"""The write-ahead log beside the backups: what was received or archived is compressed and kept, and taken out again."""

import contextlib
import fcntl
import gzip
import os
import shutil
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from api.database.embedded.configuration import sync_folder
from backup.physical.store import Store, is_history, is_segment

_LEVEL = 1
_SEGMENT_BYTES = 2**20
"""As initdb is told (cluster.py)."""
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


def _keep(store: Store, archive: Path, patience: float) -> int:
    taken = [path for path in _files(store.wal / "receiving") if is_segment(path.name)]
    for path in _files(archive):
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
    return len(taken)


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in sorted(names))


def _is_kept(store: Store, name: str) -> bool:
    return (store.wal / (name if is_history(name) else f"{name}.gz")).exists()


def _keep_one(store: Store, path: Path) -> None:
    kept = store.wal / (path.name if is_history(path.name) else f"{path.name}.gz")
    unfinished = kept.with_name(kept.name + ".new")
    content = path.read_bytes()
    with unfinished.open("wb") as file:
        file.write(content if is_history(path.name) else gzip.compress(content, _LEVEL))
        file.flush()
        os.fsync(file.fileno())
    shutil.copystat(path, unfinished)
    unfinished.rename(kept)


def segments(store: Store, own: Path | None = None) -> dict[str, Path]:
    """All that can be replayed, by the segments' names: kept, being received, or in `own`, the pg_wal of a cluster.

    Of one that is here twice the kept one counts, then the received one, unless that was left behind.
    """
    found: dict[str, Path] = {}
    for path in _files(store.wal / "receiving"):
        name = path.name.removesuffix(".partial")
        if is_segment(name) and (name == path.name or name not in found):
            found[name] = path
    for path in own.iterdir() if own is not None and own.is_dir() else ():
        if is_segment(path.name) and path.stat().st_size == _SEGMENT_BYTES:
            other = found.get(path.name)
            if other is None or path.stat().st_mtime > other.stat().st_mtime + PATIENCE:
                found[path.name] = path
    found.update({path.stem: path for path in store.wal.glob("*.gz") if is_segment(path.stem)})
    return dict(sorted(found.items()))


def take_out(found: dict[str, Path], first: str, last: str | None, own: Path | None, folder: Path) -> str | None:
    """Put the segments of `found` from `first` on, up to `last`, into `folder`, ready to be replayed.

    It ends before the first segment that is missing or damaged, for nothing after that can be replayed. Returns what is
    wrong there, as the beginning of a sentence, or None where all is whole. Of those in `own` the last are prepared for
    later, and their names mean nothing yet.
    """
    expected = {first[:8]: _number(first)}
    for name, path in found.items():
        timeline, number = name[:8], _number(name)
        if number < _number(first) or timeline < first[:8] or (last is not None and number > _number(last)):
            continue
        if number != expected.get(timeline, number):
            return None if path.parent == own else f"The log before the segment {name} is missing"
        expected[timeline] = number + 1
        try:
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        except (OSError, EOFError, ValueError, zlib.error) as error:
            return f"{path} is damaged ({error})"
        if len(content) != _SEGMENT_BYTES:
            return f"{path} is too short"
        (folder / name).write_bytes(content)
    return None


def histories(store: Store) -> list[Path]:
    """Which timeline left which other where, as PostgreSQL writes it down."""
    return [*store.wal.glob("*.history"), *(store.wal / "receiving").glob("*/*.history")]


def gap_after(store: Store, first: str) -> bool:
    """Whether a segment is missing between `first` and the newest: what comes after cannot be brought back."""
    numbers: dict[str, list[int]] = {}
    for name in segments(store):
        if _number(name) >= _number(first):
            numbers.setdefault(name[:8], []).append(_number(name))
    return any(each[-1] - each[0] + 1 != len(each) for each in numbers.values())


def kept_before(store: Store, first: str) -> list[Path]:
    """What is kept of the log before the segment `first`, of any timeline."""
    return [path for path in store.wal.glob("*.gz") if is_segment(path.stem) and _number(path.stem) < _number(first)]


def _number(name: str) -> int:
    return int(name[8:16], 16) * (2**32 // _SEGMENT_BYTES) + int(name[16:], 16)
