"""What a refresh token is: 256 random bits, of which the database keeps the SHA-256.

A successor follows from its predecessor and a random salt. The salt is kept, so the same successor can be given again to
a client that lost the answer, and without the predecessor the database alone cannot name it.
"""

import base64
import hashlib
import secrets

SALT_BYTES = 32


def random_token() -> str:
    """The first of a session."""
    return _text(secrets.token_bytes(32))


def successor_of(token: str, salt: bytes) -> str:
    """The one that comes after it."""
    return _text(hashlib.sha256(b"todo refresh token\0" + salt + token.encode()).digest())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
