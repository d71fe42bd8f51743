"""Accounts over HTTP: which calls there are below /api/auth, and which of them need no access token."""

from api.routers import access_tokens, events, own_account, second_factor, sessions
from api.routers.signing_in import signing_in

__all__ = ["account", "signing_in"]

account = (
    own_account.router,
    own_account.confirmed,
    sessions.router,
    access_tokens.router,
    second_factor.router,
    events.router,
)
