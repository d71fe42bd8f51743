"""Secrets that must be read again, kept so that the database alone does not tell them: AES-256-GCM.

The key follows from the server's secret by HKDF (RFC 5869), apart from what tokens are signed with. A text is bound to its
owner: in another's row it does not open.
"""

import secrets
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class Unreadable(Exception):
    """Sealed under a secret that is not there any more, or tampered with."""


@lru_cache(maxsize=4)
def _box(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"todo second factor").derive(secret.encode()))


def seal(text: bytes, owner: UUID, secret: str) -> bytes:
    """The nonce and the sealed text."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _box(secret).encrypt(nonce, text, owner.bytes)


def unseal(kept: bytes, owner: UUID, known: tuple[str, ...]) -> bytes:
    """The text, sealed under one of the `known` secrets. Raises `Unreadable`."""
    for secret in known:
        try:
            return _box(secret).decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], owner.bytes)
        except (InvalidTag, ValueError):
            continue
    raise Unreadable
