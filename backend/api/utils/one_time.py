"""One-time codes (TOTP, RFC 6238: SHA-1, six digits, a new one every 30 seconds) and recovery codes. Pure."""

import base64
import hashlib
import re
import secrets
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES = 20
"""As RFC 4226, section 4, recommends."""
STEP_SECONDS = 30
WINDOW = 1
"""Steps that a clock may be off, either way (RFC 6238, section 5.2)."""
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
"""80 random bits: nothing that could be guessed, so that a plain hash is enough."""
_DIGITS = re.compile("[0-9]{6}")


def new_secret() -> bytes:
    """A secret to share with an authenticator app."""
    return secrets.token_bytes(SECRET_BYTES)


def as_text(secret: bytes) -> str:
    """As people type it."""
    return base64.b32encode(secret).decode()


def uri(secret: bytes, *, account: str, issuer: str) -> str:
    """As QR codes carry it: `otpauth://totp/…`."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def compact(code: str) -> str:
    """The code without what people put between: white space and hyphens; letters small."""
    return re.sub(r"[\s-]", "", code).lower()


def is_one_time(code: str) -> bool:
    """Whether a compact code looks like one of an app; all others may be recovery codes."""
    return _DIGITS.fullmatch(code) is not None


def step_of(code: str, secret: bytes, now: float) -> int | None:
    """The time step that this compact code is of, at most `WINDOW` from `now` (seconds since 1970); None for a wrong one."""
    totp, found = _totp(secret), None
    for step in range(int(now) // STEP_SECONDS - WINDOW, int(now) // STEP_SECONDS + WINDOW + 1):
        if compare_digest(totp.generate(step * STEP_SECONDS), code.encode()):
            found = step
    return found


def recovery_codes() -> list[str]:
    """New ones, as people are shown them."""
    made = []
    for _ in range(RECOVERY_CODES):
        text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
        made.append("-".join(text[start : start + 4] for start in range(0, len(text), 4)))
    return made


def recovery_hash(code: str) -> bytes:
    """What is kept of a recovery code."""
    return hashlib.sha256(b"todo recovery code\0" + compact(code).encode()).digest()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, 6, SHA1(), STEP_SECONDS)  # noqa: S303 - what authenticator apps know; HMAC-SHA-1 is not broken  # nosec B303 - RFC 6238, as authenticator apps have it
