"""Segments of a log, as the pages of PostgreSQL 18 are: what is in them is nothing that could be replayed."""

import struct

MEGABYTE, PAGE = 2**20, 8192


def segment(number: int, timeline: int = 1) -> str:
    return f"{timeline:08X}00000000{number:08X}"


def log_of(
    number: int, *, timeline: int = 1, cluster: str = "123", filling: bytes = b"\1", until: int = MEGABYTE
) -> bytes:
    """The whole segment with this number, filled up to the byte `until`."""
    content = bytearray(MEGABYTE)
    for offset in range(0, until, PAGE):
        page = struct.pack("=HHIQIxxxx", 0xD118, 0 if offset else 2, timeline, number * MEGABYTE + offset, 0)
        page += b"" if offset else struct.pack("=QII", int(cluster), MEGABYTE, PAGE)
        content[offset : offset + PAGE] = page + filling * (PAGE - len(page))
    content[until:] = bytes(MEGABYTE - until)
    return bytes(content)
