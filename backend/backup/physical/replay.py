"""The write-ahead log, out of all the places where it may be, ready to be replayed."""

import gzip
import zlib
from pathlib import Path

from backup.errors import Damaged
from backup.physical.keys import NO_KEYS, Keys
from backup.physical.store import Store, is_segment
from backup.physical.wal import PATIENCE, SEGMENT_BYTES, files_below, is_kept_file

_PER_FILE = 2**32 // SEGMENT_BYTES
"""Segments that share the middle third of their names."""


def segments(store: Store, own: Path | None = None) -> dict[str, Path]:
    """All that can be replayed, by the segments' names: kept, being received, or in `own`, the pg_wal of a cluster.

    Of one that is here twice the kept one counts, then the received one, unless that was left behind.
    """
    found: dict[str, Path] = {}
    for path in (path for folder in store.received for path in files_below(folder)):
        name = path.name.removesuffix(".partial")
        if is_segment(name) and (name == path.name or name not in found):
            found[name] = path
    for path in own.iterdir() if own is not None and own.is_dir() else ():
        if is_segment(path.name) and path.stat().st_size == SEGMENT_BYTES:
            other = found.get(path.name)
            if other is None or path.stat().st_mtime > other.stat().st_mtime + PATIENCE:
                found[path.name] = path
    for path in filter(is_kept_file, store.wal.iterdir()):
        name = path.name[:24]
        if ".partial" not in path.name:
            found[name] = path
        else:
            found.setdefault(name, path)
    return dict(sorted(found.items()))


def take_out(
    found: dict[str, Path], first: str, last: str | None, own: Path | None, folder: Path, keys: Keys = NO_KEYS
) -> str | None:
    """Put the segments of `found` from `first` on, up to `last`, into `folder`, ready to be replayed.

    It ends before the first segment that is missing or damaged, for nothing after that can be replayed. Returns what is
    wrong there, as the beginning of a sentence, or None where all is whole. Of those in `own` the last are prepared for
    later, and their names mean nothing yet. With `keys` that are wanted, what is kept must be encrypted and signed.
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
            content = _content(path, keys)
        except (OSError, EOFError, ValueError, zlib.error, Damaged) as error:
            return f"{path} is damaged ({error})"
        if len(content) != SEGMENT_BYTES:
            return f"{path} is too short"
        (folder / name).write_bytes(content)
    return None


def _content(path: Path, keys: Keys) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".age":
        content = keys.opened(path.name, content)
    elif path.suffix == ".gz" and keys.wanted:
        raise Damaged("it is neither encrypted nor signed")
    return gzip.decompress(content) if ".gz" in path.suffixes else content


def histories(store: Store) -> list[Path]:
    """Which timeline left which other where, as PostgreSQL writes it down."""
    received = [path for folder in store.received for path in folder.glob("*/*.history")]
    return [*store.wal.glob("*.history"), *received]


def gap_after(store: Store, first: str) -> bool:
    """Whether a segment is missing between `first` and the newest: what comes after cannot be brought back."""
    numbers: dict[str, list[int]] = {}
    for name in segments(store):
        if _number(name) >= _number(first):
            numbers.setdefault(name[:8], []).append(_number(name))
    return any(each[-1] - each[0] + 1 != len(each) for each in numbers.values())


def missing_between(found: dict[str, Path], first: str, last: str) -> str | None:
    """The first segment of one timeline that is not in `found`."""
    for number in range(_number(first), _number(last) + 1):
        name = f"{first[:8]}{number // _PER_FILE:08X}{number % _PER_FILE:08X}"
        if name not in found:
            return name
    return None


def kept_before(store: Store, first: str) -> list[Path]:
    """What is kept of the log before the segment `first`, of any timeline."""
    return [path for path in store.wal.iterdir() if is_kept_file(path) and _number(path.name[:24]) < _number(first)]


def _number(name: str) -> int:
    return int(name[8:16], 16) * _PER_FILE + int(name[16:], 16)
