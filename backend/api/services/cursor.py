"""Where a list goes on: the sort key and the tie-breaker of the last task, sealed with what the list is.

The seal binds it to person, filter and order, and finds damage. It keeps no secret: a forged cursor would only show
whoever forged it another place in their own list.
"""

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

from api.errors import InvalidCursor

Place = tuple[object, object]
_SEAL_BYTES = 12


def seal(place: Place, *scope: object) -> str:
    """The cursor for a place in the list that `scope` describes."""
    body = json.dumps([_written(part) for part in place], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_seal(body, scope) + body).decode().rstrip("=")


def unseal(cursor: str, *scope: object) -> Place:
    """The place that a cursor means. Raises `InvalidCursor` unless it was made for this very list."""
    try:
        whole = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidCursor from None
    mark, body = whole[:_SEAL_BYTES], whole[_SEAL_BYTES:]
    if mark != _seal(body, scope) or base64.urlsafe_b64encode(whole).decode().rstrip("=") != cursor:
        raise InvalidCursor
    first, second = json.loads(body)
    return _read(first), _read(second)


def _seal(body: bytes, scope: tuple[object, ...]) -> bytes:
    described = json.dumps([str(part) for part in scope], separators=(",", ":")).encode()
    return hashlib.sha256(described + b"\0" + body).digest()[:_SEAL_BYTES]


def _written(part: object) -> object:
    if isinstance(part, datetime):
        return {"at": part.astimezone(UTC).isoformat()}
    return {"id": str(part)} if isinstance(part, UUID) else part


def _read(part: object) -> object:
    if isinstance(part, dict):
        return datetime.fromisoformat(part["at"]) if "at" in part else UUID(part["id"])
    return part
