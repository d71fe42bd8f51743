"""The pages of the log: each says where it belongs, on which timeline, and the first of a segment of which cluster it is."""

import struct
from collections.abc import Mapping
from pathlib import Path

from backup.errors import Damaged

SEGMENT_BYTES = 2**20
"""As initdb is told (cluster.py)."""
PER_FILE = 2**32 // SEGMENT_BYTES
"""Segments that share the middle third of their names."""
PAGE = 8192
_HEAD = struct.Struct("=HHIQI")
"""A magic number, flags, the timeline, the address, and what is left of a record that began before (xlog_internal.h)."""
_WHOSE = struct.Struct("=QI")
"""The cluster and the size of a segment, 24 bytes after the beginning of the first page."""
_SHORT, _LONG = 24, 40
"""Bytes of the head of a page, and of the first one."""
_GOES_ON = 1
"""The flag of a page that begins within a record."""
_RECORD_HEAD, _LONGEST_RECORD = 24, 2**30
_NOTHING = bytes(PAGE)


def number_of(name: str) -> int:
    """A segment's, counted from the log's beginning."""
    return int(name[8:16], 16) * PER_FILE + int(name[16:24], 16)


def beginnings(folder: Path) -> dict[int, int]:
    """Where each timeline began whose history is in `folder`, by its number. Raises `Damaged`."""
    found = {}
    for path in folder.glob("*.history"):
        try:
            high, low = path.read_text("ascii").strip().splitlines()[-1].split("\t")[1].split("/")
            found[int(path.stem, 16)] = (int(high, 16) << 32) + int(low, 16)
        except (IndexError, ValueError):
            raise Damaged(f"{path.name}, the history of a timeline, is damaged: put it back from a copy.") from None
    return found


def written(name: str, content: bytes, system: str, began: Mapping[int, int], *, reused: bool) -> int:
    """Where what is written in the segment `name` ends, in bytes of log; 0 where nothing is.

    PostgreSQL uses old segments again under new names, and leaves anything after the beginning of a timeline: what is left of
    the old in such a `reused` one is not counted. Raises `Damaged` where a page belongs elsewhere.
    """
    timeline, start, end = int(name[:8], 16), number_of(name) * SEGMENT_BYTES, 0
    magic = _HEAD.unpack_from(content)[0]
    for offset in range(0, SEGMENT_BYTES, PAGE):
        page = content[offset : offset + PAGE]
        if page == _NOTHING:
            continue
        found, _, branch, address, _ = _HEAD.unpack_from(page)
        belongs = address == start + offset and (
            branch == timeline or (branch < timeline and address <= began.get(timeline, 0))
        )
        if reused and not belongs and (branch < timeline or address < start + offset):
            continue
        if not belongs:
            raise Damaged(
                f"at {offset // 1024} KB it holds {place(address)} of timeline {branch}: not what its name says"
            )
        if found != magic:
            raise Damaged(f"at {offset // 1024} KB it is no page of the log")
        if offset == 0 and _WHOSE.unpack_from(page, _SHORT) != (int(system), SEGMENT_BYTES):
            raise Damaged("it is of another cluster")
        end = start + offset + len(page.rstrip(b"\0"))
    return end


def is_torn(log: bytes, start: int, end: int, until: int) -> bool:
    """Whether what is written from `end` until `until` may be the beginning of one record, which is how a log ends when all is
    killed. `log` is the log from `start` on. Where a record is whole, or another follows it, something was readable once.
    """
    at = end
    if at % PAGE == 0:
        at += _head(at)
    if until <= at:
        return True
    (left,) = struct.unpack_from("=I", log, at - start)
    if not _RECORD_HEAD <= left <= _LONGEST_RECORD or _is_named(log, at - start, at):
        return False
    position = at
    while position < until:
        if position % PAGE == 0:
            _, flags, _, _, rest = _HEAD.unpack_from(log, position - start)
            if not (flags & _GOES_ON and rest == left):
                return False
            position += _head(position)
        step = min(left, PAGE - position % PAGE)
        position, left = position + step, left - step
        if left == 0:
            # A record may end with zeros.
            return bool(until <= position - 8)
    return True


def place(address: int) -> str:
    """As PostgreSQL writes it."""
    return f"{address >> 32:X}/{address & 0xFFFFFFFF:X}"


def _head(address: int) -> int:
    return _LONG if address % SEGMENT_BYTES == 0 else _SHORT


def _is_named(log: bytes, offset: int, address: int) -> bool:
    """Whether a later record says that the one before it began at `address`."""
    name = struct.pack("=Q", address)
    found = log.find(name, offset + 8)
    while found >= 0 and found % 8:
        found = log.find(name, found + 1)
    return found >= 0
