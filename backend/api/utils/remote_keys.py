"""The public keys of an external auth service (JWKS, RFC 7517): fetched in a thread, kept, fetched again when they change."""

import asyncio
import json
import time
import urllib.request
from http.client import HTTPException
from typing import Any

import jwt

FETCH_SECONDS = 5.0
SIZE_MAX = 256 * 1024
LIFETIME_SECONDS = 600.0
"""After which the keys are fetched anew, so that one that was withdrawn stops counting."""
UNKNOWN_SECONDS = 60.0
"""Between two fetches for the sake of keys that are not there."""
FAILED_SECONDS = 5.0
"""Between two tries while the service does not answer."""

_ALGORITHMS: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("RSA", None): ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
    ("OKP", "Ed448"): ("EdDSA",),
}
ALGORITHMS = frozenset(name for names in _ALGORITHMS.values() for name in names)
"""Asymmetric ones alone: with a shared secret, whoever checks a token could make it."""


class KeysUnavailable(Exception):
    """The service does not tell its keys at the moment."""


class RemoteKeys:
    """The keys behind one address."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: list[dict[str, Any]] | None = None
        self._fetched_at = 0.0
        self._failed_at = -FAILED_SECONDS
        self._one_at_a_time = asyncio.Lock()

    async def find(self, key_id: object, algorithm: str) -> jwt.PyJWK | None:
        """The key for a token's header; None where the service has none. Raises `KeysUnavailable`."""
        age = time.monotonic() - self._fetched_at
        if self._keys is None or age > LIFETIME_SECONDS:
            await self._fetch(older_than=LIFETIME_SECONDS)
        found = self._pick(key_id, algorithm)
        if found is None and time.monotonic() - self._fetched_at > UNKNOWN_SECONDS:
            await self._fetch(older_than=UNKNOWN_SECONDS, needed=True)
            found = self._pick(key_id, algorithm)
        return found

    def _pick(self, key_id: object, algorithm: str) -> jwt.PyJWK | None:
        fitting = [
            key
            for key in self._keys or []
            if (key_id is None or key.get("kid") == key_id) and algorithm in _algorithms_of(key)
        ]
        if len(fitting) != 1:
            return None
        try:
            return jwt.PyJWK(fitting[0], algorithm=algorithm)
        except (jwt.PyJWTError, ValueError, KeyError):
            return None

    async def _fetch(self, *, older_than: float, needed: bool = False) -> None:
        async with self._one_at_a_time:
            now = time.monotonic()
            if self._keys is not None and now - self._fetched_at <= older_than:
                return
            if now - self._failed_at >= FAILED_SECONDS:
                try:
                    async with asyncio.timeout(FETCH_SECONDS):
                        self._keys = await asyncio.to_thread(_download, self._url)
                except (OSError, HTTPException, ValueError, RecursionError):
                    self._failed_at = time.monotonic()
                else:
                    self._fetched_at = time.monotonic()
                    return
            if needed or self._keys is None:
                raise KeysUnavailable


def _download(url: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(url, timeout=FETCH_SECONDS) as answer:  # noqa: S310 - http(s), checked by the settings # nosec B310
        text = answer.read(SIZE_MAX + 1)
    if len(text) > SIZE_MAX:
        raise ValueError("too large")
    document = json.loads(text)
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("not a key set")  # noqa: TRY004 - what is wrong is the text
    return [key for key in keys if isinstance(key, dict)]


def _algorithms_of(key: dict[str, Any]) -> tuple[str, ...]:
    kind = key.get("kty")
    curve = None if kind == "RSA" else key.get("crv")
    if not isinstance(kind, str) or not isinstance(curve, str | None) or key.get("use", "sig") != "sig":
        return ()
    possible = _ALGORITHMS.get((kind, curve), ())
    return tuple(name for name in possible if key.get("alg", name) == name)
