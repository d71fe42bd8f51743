"""The refresh token in a browser: a cookie that scripts cannot read and that goes to these calls alone."""

from starlette.requests import Request

from api.settings import Settings

PATH = "/api/auth"


def _name(settings: Settings) -> str:
    return "__Secure-todo_refresh" if settings.https else "todo_refresh"


def cookie_of(request: Request) -> str | None:
    """The refresh token that the browser sent."""
    return request.cookies.get(_name(request.app.state.settings)) or None


def cookie(settings: Settings, token: str) -> str:
    """The header `Set-Cookie` that keeps the token, in base64url; an empty one takes it away."""
    seconds = settings.refresh_token_days * 24 * 60 * 60 if token else 0
    secure = "; Secure" if settings.https else ""
    return f"{_name(settings)}={token}; Path={PATH}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
