"""Accounts over HTTP: which calls there are below /api/auth, and which of them need no access token."""

from fastapi import APIRouter

from api.routers import access_tokens, events, own_account, second_factor, sessions
from api.routers.openapi import SIGNED_IN
from api.routers.signing_in import signing_in

__all__ = ["account", "signing_in"]

account = APIRouter(prefix="/api/auth", tags=["accounts"], dependencies=[SIGNED_IN])
for part in (
    own_account.router,
    own_account.confirmed,
    sessions.router,
    access_tokens.router,
    second_factor.router,
    events.router,
):
    account.include_router(part)
