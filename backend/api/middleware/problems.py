"""Renders every refusal as problem+json (RFC 9457), in one place."""

import contextlib
import logging
from datetime import UTC, datetime

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from api.database.transaction import Transaction
from api.errors import (
    BeyondOnesReach,
    DatabaseUnavailable,
    Forbidden,
    InternalError,
    Invalid,
    MethodNotAllowed,
    NotFound,
    NotYours,
    PayloadTooLarge,
    ProblemError,
    StorageFull,
    Unauthorized,
    UnsupportedMediaType,
)
from api.middleware.origin import events_of
from api.telemetry import measures
from api.telemetry.logs import place_of

log = logging.getLogger("todo.api")

_BY_STATUS: dict[int, type[ProblemError]] = {
    kind.status: kind
    for kind in (Unauthorized, Forbidden, NotFound, MethodNotAllowed, PayloadTooLarge, UnsupportedMediaType, Invalid)
}


def render(problem: ProblemError, request_id: str) -> Response:
    """The answer that says it."""
    if problem.status == DatabaseUnavailable.status:
        reason = problem.code.lower()
        measures.unavailable.add(reason if reason in measures.UNAVAILABLE else "other")
    body: dict[str, object] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "error_code": problem.code,
        "timestamp": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "request_id": request_id,
    }
    if problem.errors:
        body["errors"] = [{"field": field, "message": message} for field, message in problem.errors]
    return Response(
        orjson.dumps(body),
        problem.status,
        headers={"Cache-Control": "no-store", **problem.headers},
        media_type="application/problem+json",
    )


async def on_problem(request: Request, error: Exception) -> Response:
    """For what handlers refuse, and for what the framework does: 404, 405 and the like."""
    if isinstance(error, HTTPException):
        problem = _BY_STATUS.get(error.status_code, Invalid)()
        problem.headers.update(error.headers or {})
        if error.status_code == MethodNotAllowed.status:
            problem.headers["Allow"] = ", ".join(_methods_of(request))
    else:
        assert isinstance(error, ProblemError)  # noqa: S101 - registered for these two only
        problem = error
    # What the database itself refused, or could not say, need not be asked of it again.
    if not isinstance(problem, Unauthorized | DatabaseUnavailable | StorageFull):
        try:
            await _confirm(request)
        except ProblemError as worse:
            problem = worse
    if isinstance(problem, NotYours | BeyondOnesReach):
        await _note_refusal(request)
    return render(problem, request.scope["request_id"])


async def _note_refusal(request: Request) -> None:
    """Whoever tries what is not theirs, or lets a script try it, finds it among their events: a stolen token feels its way."""
    who, what = request.scope["who"], f"{request.method} {request.scope['route'].path}"

    async def work(transaction: Transaction) -> None:
        await events_of(request).note(transaction, who.user_id, "access_refused", what)

    with contextlib.suppress(ProblemError):  # the refusal stands, noted or not
        await request.app.state.database.transact(who.entry, work, seconds=2)


def _methods_of(request: Request) -> list[str]:
    """All methods that the path takes (RFC 9110, section 10.2.1). The framework names those of one route only."""
    taken = {
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        for route in request.app.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }
    return sorted(taken | ({"HEAD"} if "GET" in taken else set()))


async def _confirm(request: Request) -> None:
    """A refusal that came before the database was asked must not be told to the bearer of a dead token: 401 comes first."""
    who = request.scope.get("who")
    if who is not None and not request.scope.get("entered"):

        async def nothing(_: object) -> None:
            return None

        await request.app.state.database.transact(who.entry, nothing)


def report_bug(error: BaseException, request_id: str) -> ProblemError:
    """Logs it, and answers 500."""
    measures.bugs.add()
    log.error("request %s failed: %s", request_id, place_of(error))
    return InternalError()
