"""Tokens of an external auth service: who they are about, as an account here."""

import time
from typing import Any
from uuid import UUID

import jwt

from api.database.entry import ACCOUNTS, as_user
from api.database.session import Database
from api.database.transaction import Transaction
from api.errors import SignInServiceUnavailable, Unauthorized
from api.middleware.identity import Identity
from api.models.account_rules import clean_email, clean_name, clean_text
from api.repositories.user_repository import UserRepository
from api.settings import Settings
from api.utils.ids import new_id
from api.utils.jwt_validator import LEEWAY_SECONDS
from api.utils.remote_keys import ALGORITHMS, KeysUnavailable, RemoteKeys

ACCOUNT_SECONDS = 60.0
"""How long an account's id is remembered. One that was deleted is made anew by its next token after that."""
ACCOUNTS_MAX = 10_000
SUBJECT_MAX = 255
_MOMENTS = ("exp", "iat", "nbf")

_jwt = jwt.PyJWT(options={"enforce_minimum_key_length": True})


class ExternalAccounts:
    """Accepts the service's tokens. The account is (issuer, subject), made at first use, never joined to another."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.jwt_issuer or ""
        self._audience = settings.jwt_audience or ""
        self._keys = RemoteKeys(settings.jwt_jwks_url or "")
        self._known: dict[str, tuple[UUID, float]] = {}

    async def identify(self, token: str, database: Database) -> Identity:
        """The account behind the token. Raises `Unauthorized`, or `SignInServiceUnavailable` while its keys are unknown."""
        try:
            claims = await self._claims(token)
        except KeysUnavailable:
            raise SignInServiceUnavailable from None
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError):
            raise Unauthorized("The access token is not valid.") from None
        subject = claims["sub"]
        user_id, known_at = self._known.get(subject, (None, 0.0))
        if user_id is None or time.monotonic() - known_at > ACCOUNT_SECONDS:
            user_id = await self._account(subject, claims, database)
            if len(self._known) >= ACCOUNTS_MAX:
                self._known.clear()
            self._known[subject] = (user_id, time.monotonic())
        return Identity(user_id, as_user(user_id), "external")

    async def _claims(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            raise ValueError("not an algorithm that is taken")
        # Before keys are fetched for it: is it meant for us at all?
        unverified = _jwt.decode(token, options={"verify_signature": False})
        if unverified.get("iss") != self._issuer:
            raise ValueError("another issuer")
        key = await self._keys.find(header.get("kid"), algorithm)
        if key is None:
            raise ValueError("no such key")
        claims: dict[str, Any] = _jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            issuer=self._issuer,
            audience=self._audience,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
        for name in _MOMENTS:
            if name in claims and (isinstance(claims[name], bool) or not isinstance(claims[name], int | float)):
                raise ValueError(f"{name} is not a number")
        if not 1 <= len(clean_text(claims["sub"])) <= SUBJECT_MAX:
            raise ValueError("not a subject")
        return claims

    async def _account(self, subject: str, claims: dict[str, Any], database: Database) -> UUID:
        email, name, made = _usable(clean_email, claims.get("email")), _usable(clean_name, claims.get("name")), new_id()

        async def work(transaction: Transaction) -> UUID:
            return await UserRepository(transaction).external(
                self._issuer, subject, new_id=made, email=email, name=name
            )

        return await database.transact(ACCOUNTS, work)


def _usable(clean: Any, claim: object) -> str | None:
    try:
        return str(clean(claim))
    except ValueError:
        return None
