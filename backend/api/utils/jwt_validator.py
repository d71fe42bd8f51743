"""A token to its claims, or an error: pure, nothing is looked up. Issuing stands beside checking.

Follows RFC 8725: one algorithm, every claim required, keys from the configuration only, length and size enforced.
"""

import base64
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt

TOKEN_MAX = 4096
"""Characters of a token; a longer one is refused unread."""
LEEWAY_SECONDS = 10
_CLAIMS = ["sub", "sid", "email", "iat", "nbf", "exp", "iss", "aud", "jti"]
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_MOMENTS = ("iat", "nbf", "exp")
AUDIENCE = "todo-api"


class InvalidToken(Exception):
    """The token is not one of ours, or no longer."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token of ours says. `expires_at` in seconds since 1970."""

    user_id: UUID
    session_id: UUID
    expires_at: int


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets that tokens are signed with, newest first, and who issues them."""

    secrets: tuple[str, ...]
    issuer: str = "todo"


_jwt = jwt.PyJWT(options={"enforce_minimum_key_length": True})


def issue(keys: Keys, *, user_id: UUID, session_id: UUID, email: str, lifetime: int) -> str:
    """An access token for `lifetime` seconds."""
    now = int(time.time())
    claims = {
        "sub": str(user_id),
        "sid": str(session_id),
        "email": email,
        "iat": now,
        "nbf": now,
        "exp": now + lifetime,
        "iss": keys.issuer,
        "aud": AUDIENCE,
        "jti": secrets.token_hex(16),
    }
    return _jwt.encode(claims, keys.secrets[0], algorithm="HS256", headers={"typ": "at+jwt"})


def validate(token: str, keys: Keys) -> Claims:
    """The claims of an access token of ours. Raises `InvalidToken` for everything else."""
    if len(token) > TOKEN_MAX:
        raise InvalidToken("too long")
    if not _is_canonical(token):
        raise InvalidToken("not as tokens are written")
    failure: Exception = InvalidToken("no key")
    for secret in keys.secrets:
        try:
            whole = _jwt.decode_complete(
                token,
                secret,
                algorithms=["HS256"],
                issuer=keys.issuer,
                audience=AUDIENCE,
                leeway=LEEWAY_SECONDS,
                options={"require": _CLAIMS, "strict_aud": True},
            )
            return _claims(whole["header"], whole["payload"])
        except jwt.InvalidSignatureError as error:
            failure = error
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise InvalidToken(type(error).__name__) from error
    raise InvalidToken("signature") from failure


def _is_canonical(token: str) -> bool:
    """Whether each bit that is written counts: base64 decoders pass over padding, odd characters and the last bits."""
    if not _COMPACT.fullmatch(token):
        return False
    signature = token.rpartition(".")[2]
    if len(signature) % 4 == 1:
        return False
    meant = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    return base64.urlsafe_b64encode(meant).decode().rstrip("=") == signature


def _claims(header: dict[str, Any], payload: dict[str, Any]) -> Claims:
    if str(header.get("typ", "")).lower() != "at+jwt":
        raise ValueError("not an access token")
    for name in _MOMENTS:
        if type(payload[name]) is not int:
            raise ValueError(f"{name} is not a whole number")
    if not isinstance(payload["sid"], str):
        raise ValueError("sid is not a text")  # noqa: TRY004 - one kind of error for all that is wrong
    user_id, session_id = UUID(payload["sub"]), UUID(payload["sid"])
    if str(user_id) != payload["sub"] or str(session_id) != payload["sid"]:
        raise ValueError("not in canonical form")
    return Claims(user_id, session_id, payload["exp"])
