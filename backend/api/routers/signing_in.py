"""Coming in, staying in and going out over HTTP: the calls that need no access token."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.errors import ProblemError, RegistrationClosed, Unauthorized
from api.middleware.origin import events_of
from api.models.account import Credentials, Refreshed, RefreshTokenSent, Registration, SignedIn
from api.routers.account_answers import answer, done, limits_of, token_of, user_of
from api.routers.openapi import problems
from api.routers.refresh_cookie import cookie, cookie_of
from api.routers.route import StrictRoute, takes
from api.services.sign_in import SignIn, Welcome
from api.services.staying_signed_in import Renewal
from api.telemetry.logins import counted

signing_in = APIRouter(
    prefix="/api/auth", tags=["accounts"], route_class=StrictRoute, responses=problems(403, 413, 415, 422, 503)
)


def sign_in(request: Request) -> SignIn:
    """For whoever sends the request."""
    state = request.app.state
    return SignIn(
        state.database,
        limits_of(request),
        events_of(request),
        days=state.settings.refresh_token_days,
        secrets=state.keys.secrets,
    )


def renewal(request: Request) -> Renewal:
    """For whoever sends the request."""
    state = request.app.state
    return Renewal(state.database, limits_of(request), events_of(request), days=state.settings.refresh_token_days)


def _signed_in(request: Request, welcome: Welcome, status: int) -> Response:
    body = SignedIn(user=user_of(welcome.account), token=token_of(request, welcome))
    return answer(body, status, cookie=cookie(request.app.state.settings, welcome.refresh_token))


@signing_in.post(
    "/register", status_code=201, response_model=SignedIn, summary="Make an account", responses=problems(409, 429)
)
async def register(request: Request, wish: Registration, door: Annotated[SignIn, Depends(sign_in)]) -> Response:
    if request.app.state.settings.registration == "closed":
        raise RegistrationClosed
    return _signed_in(request, await door.register(wish), 201)


@signing_in.post("/login", response_model=SignedIn, summary="Sign in", responses=problems(401, 429))
async def log_in(request: Request, sent: Credentials, door: Annotated[SignIn, Depends(sign_in)]) -> Response:
    with counted():
        return _signed_in(request, await door.log_in(sent), 200)


@signing_in.post(
    "/refresh",
    response_model=Refreshed,
    summary="The next access token, for the refresh token in the cookie or the body",
    responses=problems(401, 429),
)
@takes(optional=True)
async def refresh(
    request: Request, session: Annotated[Renewal, Depends(renewal)], sent: RefreshTokenSent | None = None
) -> Response:
    in_cookie, in_body = cookie_of(request), sent.refresh_token if sent else None
    token = in_cookie if in_body is None else in_body
    if token is None:
        raise Unauthorized("There is no refresh token: sign in first.")
    settings = request.app.state.settings
    try:
        welcome = await session.refresh(token)
    except ProblemError as problem:
        # A browser would send the dead token with every call from now on.
        if token == in_cookie and problem.status == Unauthorized.status:
            problem.headers["Set-Cookie"] = cookie(settings, "")
        raise
    body = Refreshed(
        token=token_of(request, welcome), refresh_token=welcome.refresh_token if in_body is not None else None
    )
    kept = cookie(settings, welcome.refresh_token) if token == in_cookie else None
    return answer(body, cookie=kept, exclude_none=True)


@signing_in.post("/logout", status_code=204, summary="End the session of the refresh token in the cookie or the body")
@takes(optional=True)
async def log_out(
    request: Request, session: Annotated[Renewal, Depends(renewal)], sent: RefreshTokenSent | None = None
) -> Response:
    in_cookie, in_body = cookie_of(request), sent.refresh_token if sent else None
    token = in_cookie if in_body is None else in_body
    if token is not None:
        await session.log_out(token)
    gone = in_cookie is not None and token == in_cookie
    return done(cookie(request.app.state.settings, "") if gone else None)
