"""`/metrics`, for Prometheus: on a port of its own, or on the public one for the bearer of the token."""

import hmac

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import NotFound, Unauthorized
from api.middleware.problems import render
from api.routers.route import StrictRoute
from api.telemetry.exposition import CONTENT_TYPE, counted, text_of

PATH = "/metrics"
router = APIRouter(include_in_schema=False, route_class=StrictRoute)


@router.get(PATH)
async def metrics(request: Request) -> Response:
    settings = request.app.state.settings
    if settings.metrics_port is None or not _came_by(request.scope, settings.metrics_port):
        if settings.metrics_token is None:
            raise NotFound
        _check(request, settings.metrics_token.get_secret_value())
    found = await request.app.state.watch.families()
    return Response(text_of([*counted(), *found]), headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE)


class OwnPort:
    """Lets nothing but `/metrics` in by the metrics' own port."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != PATH and _came_by(scope, self._port):
            await render(NotFound(), scope["request_id"])(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _came_by(scope: Scope, port: int) -> bool:
    # The address of the socket itself: no header can say otherwise.
    server = scope.get("server")
    return server is not None and server[1] == port


def _check(request: Request, token: str) -> None:
    sent = request.headers.getlist("authorization")
    scheme, _, given = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise Unauthorized("The metrics want the token that the operator has set.")
