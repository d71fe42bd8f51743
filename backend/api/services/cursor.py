"""Where a list goes on: the sort key and the tie-breaker of the last task, sealed with what the list is.

The seal binds it to person, filter and order, and finds damage. It keeps no secret, so anybody can seal what they like:
what is read is a place of that list or refused, and would only show whoever forged it another place in their own list.
"""

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from api.errors import InvalidCursor
from api.models.account_rules import clean_text
from todo.rules import NUMBER_MAX

Place = tuple[object, object]
Kind = type[int] | type[str] | type[datetime] | type[UUID]
_SEAL_BYTES = 12


def seal(place: Place, *scope: object) -> str:
    """The cursor for a place in the list that `scope` describes."""
    body = _body(place)
    return base64.urlsafe_b64encode(_seal(body, scope) + body).decode().rstrip("=")


def unseal(cursor: str, kinds: tuple[Kind, Kind], *scope: object) -> Place:
    """The place that a cursor means, its parts of these kinds. Raises `InvalidCursor` unless it was made for this list."""
    try:
        whole = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidCursor from None
    mark, body = whole[:_SEAL_BYTES], whole[_SEAL_BYTES:]
    if mark != _seal(body, scope) or base64.urlsafe_b64encode(whole).decode().rstrip("=") != cursor:
        raise InvalidCursor
    try:
        first, second = json.loads(body)
        place = _read(first, kinds[0]), _read(second, kinds[1])
        if _body(place) != body:
            raise InvalidCursor
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
        raise InvalidCursor from None
    return place


def _seal(body: bytes, scope: tuple[object, ...]) -> bytes:
    described = json.dumps([str(part) for part in scope], separators=(",", ":")).encode()
    return hashlib.sha256(described + b"\0" + body).digest()[:_SEAL_BYTES]


def _body(place: Place) -> bytes:
    return json.dumps([_written(part) for part in place], separators=(",", ":")).encode()


def _written(part: object) -> object:
    if isinstance(part, datetime):
        return {"at": part.astimezone(UTC).isoformat()}
    return {"id": str(part)} if isinstance(part, UUID) else part


def _read(part: Any, kind: Kind) -> object:
    if kind is datetime:
        return datetime.fromisoformat(part["at"])
    if kind is UUID:
        return UUID(part["id"])
    if kind is str:
        return clean_text(part)
    if type(part) is not int or not 0 <= part <= NUMBER_MAX:
        raise ValueError("not a number of a task")
    return part
