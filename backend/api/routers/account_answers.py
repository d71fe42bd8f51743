"""What calls about accounts have in common: who is found where, and how answers are written."""

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from api.middleware.client_address import client_address
from api.models.account import Token, User
from api.repositories.user_repository import Account
from api.services.limits import Limits
from api.services.sign_in import Welcome
from api.settings import Settings
from api.utils.jwt_validator import issue

NO_STORE = {"Cache-Control": "no-store"}


def limits_of(request: Request) -> Limits:
    """The limits of the client's address."""
    settings: Settings = request.app.state.settings
    return Limits(client_address(request, settings.trusted_proxies), enabled=settings.rate_limit == "on")


def answer(body: BaseModel, status: int = 200, *, cookie: str | None = None, exclude_none: bool = False) -> Response:
    """JSON, kept by no cache."""
    headers = {**NO_STORE, "Set-Cookie": cookie} if cookie is not None else NO_STORE
    return Response(
        body.model_dump_json(exclude_none=exclude_none).encode(), status, headers=headers, media_type="application/json"
    )


def done(cookie: str | None = None) -> Response:
    """204."""
    return Response(status_code=204, headers={**NO_STORE, "Set-Cookie": cookie} if cookie is not None else NO_STORE)


def user_of(account: Account) -> User:
    """The person as the wire shows them."""
    return User(id=account.id, email=account.email, name=account.name, created_at=account.created_at)


def token_of(request: Request, welcome: Welcome) -> Token:
    """A new access token for the session."""
    lifetime = request.app.state.settings.access_token_minutes * 60
    access_token = issue(
        request.app.state.keys,
        user_id=welcome.account.id,
        session_id=welcome.session_id,
        email=welcome.account.email or "",
        lifetime=lifetime,
    )
    return Token(access_token=access_token, expires_in=lifetime)
