"""Token -> who is asking. Closed by default: below /api only the calls named here do without a token.

Written as plain ASGI and not as a dependency, so that it comes first, also for paths that no route knows.
"""

from functools import lru_cache
from time import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.database.entry import as_session, as_token
from api.errors import Forbidden, ProblemError, Unauthorized
from api.middleware.external import ExternalAccounts
from api.middleware.identity import Identity
from api.middleware.own_origins import OwnOrigins
from api.middleware.problems import render
from api.middleware.rates import Rates
from api.settings import Settings
from api.utils import access_token
from api.utils.jwt_validator import LEEWAY_SECONDS, TOKEN_MAX, Claims, InvalidToken, Keys, validate

PUBLIC = {
    ("POST", "/api/auth/register"),
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/refresh"),
    ("POST", "/api/auth/logout"),
}


class Authentication:
    """Puts the `Identity` into the scope as `who`, or answers 401."""

    def __init__(self, app: ASGIApp, *, settings: Settings, keys: Keys, external: ExternalAccounts | None) -> None:
        self._app = app
        self._external = external
        self._rates = Rates(settings)
        self._own_origins = OwnOrigins(settings)

        # Checking a signature costs more than the rest of a request: a token that was good is only asked for its time.
        @lru_cache(maxsize=4096)
        def verified(token: str) -> tuple[Claims, Identity]:
            claims = validate(token, keys)
            entry = as_session(claims.user_id, claims.session_id)
            return claims, Identity(claims.user_id, entry, "session", session_id=claims.session_id)

        self._verified = verified

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"] == "/api" or scope["path"].startswith("/api/")):
            try:
                self._rates.check_address(scope)
                if (scope["method"], scope["path"]) not in PUBLIC:
                    scope["who"] = await self._identify(scope)
                    self._rates.check_person(scope["who"])
                if scope["path"].startswith("/api/auth"):
                    self._refuse_foreign_origin(Headers(scope=scope))
            except ProblemError as problem:
                await render(problem, scope["request_id"])(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _identify(self, scope: Scope) -> Identity:
        sent = [value for name, value in scope["headers"] if name == b"authorization"]
        scheme, _, token = sent[0].decode("latin-1").partition(" ") if len(sent) == 1 else ("", "", "")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or len(token) > TOKEN_MAX:
            raise Unauthorized
        if token.startswith(access_token.PREFIX):
            owner = access_token.owner_of(token)
            if owner is None:
                raise Unauthorized
            token_hash = access_token.hash_of(token)
            return Identity(owner, as_token(owner, token_hash), "script", token_hash=token_hash)
        try:
            claims, identity = self._verified(token)
        except InvalidToken:
            if self._external is None:
                raise Unauthorized("The access token is not valid.") from None
            return await self._external.identify(token, scope["app"].state.database)
        if claims.expires_at <= time() - LEEWAY_SECONDS:
            raise Unauthorized("The access token has expired: refresh it.")
        return identity

    def _refuse_foreign_origin(self, headers: Headers) -> None:
        origin = headers.get("origin")
        if origin is not None and not self._own_origins.has(origin, headers.get("host", "")):
            raise Forbidden("This call is not taken from pages of another origin.")
