"""Personal access tokens: `todo_` and, in base64url, the owner's id and 32 random bytes.

The id inside lets the transaction be entered as that person before anything is looked up; the rest proves it. Stored is
the SHA-256 of the whole: with 256 random bits there is nothing to guess, so nothing to slow down.
"""

import base64
import binascii
import hashlib
import secrets
from uuid import UUID

PREFIX = "todo_"
_LENGTH = len(PREFIX) + 64


def make(user_id: UUID) -> tuple[str, bytes]:
    """A new token and the hash to keep."""
    token = PREFIX + base64.urlsafe_b64encode(user_id.bytes + secrets.token_bytes(32)).decode()
    return token, hash_of(token)


def hash_of(token: str) -> bytes:
    """What is kept of a token, of these and of refresh tokens."""
    return hashlib.sha256(token.encode()).digest()


def owner_of(token: str) -> UUID | None:
    """Whose token it claims to be; None if it is none of these."""
    if len(token) != _LENGTH or not token.startswith(PREFIX) or not token.isascii():
        return None
    try:
        return UUID(bytes=base64.b64decode(token.removeprefix(PREFIX), altchars=b"-_", validate=True)[:16])
    except binascii.Error:
        return None
