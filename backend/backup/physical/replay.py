"""The write-ahead log, out of all the places where it may be, ready to be replayed."""

import gzip
import zlib
from pathlib import Path

from backup.errors import BackupError, Damaged
from backup.physical.keys import Keys
from backup.physical.pages import PER_FILE, SEGMENT_BYTES, beginnings, number_of, written
from backup.physical.store import Store, is_segment
from backup.physical.wal import PATIENCE, files_below, is_aside, is_kept_file


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
            if other is None or is_aside(other) or path.stat().st_mtime > other.stat().st_mtime + PATIENCE:
                found[path.name] = path
    for path in filter(is_kept_file, store.wal.iterdir()):
        name = path.name[:24]
        if ".partial" not in path.name:
            found[name] = path
        else:
            found.setdefault(name, path)
    return dict(sorted(found.items()))


def take_out(store: Store, first: str, last: str | None, own: Path | None, folder: Path) -> str | None:
    """Put the segments from `first` on, up to `last`, into `folder`, where the histories are, ready to be replayed.

    It ends before the first segment that is missing or damaged, for nothing after that can be replayed. Returns what is
    wrong there, as the beginning of a sentence, or None where all is whole. Of those in `own` the last are prepared for
    later, and their names mean nothing yet. With keys that are wanted, what is kept must be encrypted and signed.
    """
    wanted = {
        name: path
        for name, path in segments(store, own).items()
        if not _later(first, name) and name[:8] >= first[:8] and (last is None or not _later(name, last))
    }
    began = beginnings(folder)
    _refuse_without_histories(store, first, [int(name[:8], 16) for name in wanted], began)
    expected = {first[:8]: number_of(first)}
    for name, path in wanted.items():
        timeline, number = name[:8], number_of(name)
        try:
            content = _content(path, store.keys)
            if len(content) != SEGMENT_BYTES:
                return f"{path} is too short"
            end = written(name, content, store.system, began, reused=path.parent == own)
        except (OSError, EOFError, ValueError, zlib.error, Damaged) as error:
            return f"{path} is damaged ({error})"
        if end == 0 and path.parent == own:
            continue
        if number != expected.get(timeline, number):
            return f"The log before the segment {name} is missing"
        expected[timeline] = number + 1
        (folder / name).write_bytes(content)
    return None


def _later(name: str, other: str) -> bool:
    return number_of(name) > number_of(other)


def _refuse_without_histories(store: Store, first: str, timelines: list[int], began: dict[int, int]) -> None:
    """PostgreSQL would take the last timeline that it finds the way to for the newest one. Raises `BackupError`."""
    oldest = int(first[:8], 16)
    for timeline in range(oldest + 1, max([oldest, *timelines, *began]) + 1):
        if timeline not in began:
            raise BackupError(
                f"{store.wal / f'{timeline:08X}.history'} is missing, and the log after it cannot be found without: put it back"
                f" from a copy. To restore without that log, move all that begins with {timeline:08X} or a higher number out of"
                " that folder first."
            )


def _content(path: Path, keys: Keys) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".age":
        content = keys.opened(path.name, content)
    elif path.suffix == ".gz" and keys.wanted:
        raise Damaged("it is neither encrypted nor signed")
    return gzip.decompress(content) if ".gz" in path.suffixes else content


def histories(store: Store, own: Path | None = None) -> list[Path]:
    """Which timeline left which other where, as PostgreSQL writes it down; what is kept comes last."""
    received = [path for folder in store.received for path in folder.glob("*/*.history")]
    return [*(own.glob("*.history") if own else ()), *received, *store.wal.glob("*.history")]


def gap_after(store: Store, first: str) -> bool:
    """Whether a segment is missing between `first` and the newest: what comes after cannot be brought back."""
    numbers: dict[str, list[int]] = {}
    for name in segments(store):
        if number_of(name) >= number_of(first):
            numbers.setdefault(name[:8], []).append(number_of(name))
    return any(each[-1] - each[0] + 1 != len(each) for each in numbers.values())


def missing_between(found: dict[str, Path], first: str, last: str) -> str | None:
    """The first segment of one timeline that is not in `found`."""
    for number in range(number_of(first), number_of(last) + 1):
        name = f"{first[:8]}{number // PER_FILE:08X}{number % PER_FILE:08X}"
        if name not in found:
            return name
    return None


def kept_before(store: Store, first: str) -> list[Path]:
    """What is kept of the log before the segment `first`, of any timeline."""
    return [path for path in store.wal.iterdir() if is_kept_file(path) and number_of(path.name[:24]) < number_of(first)]
