"""Identifiers: UUIDs of version 7 (RFC 9562, section 5.7), made here: known before anything is written."""

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A new id, greater than every one made before in this process: milliseconds since 1970, then 74 random bits."""
    global _last
    with _lock:
        fresh = time.time_ns() // 1_000_000 << 74 | secrets.randbits(74)
        # Within one millisecond, and when the clock was set back, the count goes on from the last one by a random step.
        _last = fresh if fresh > _last else _last + 1 + secrets.randbits(32)
        value = _last
    milliseconds, upper, lower = value >> 74, value >> 62 & 0xFFF, value & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 7 << 76 | upper << 64 | 2 << 62 | lower)
