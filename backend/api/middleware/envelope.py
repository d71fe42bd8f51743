"""What every answer carries: a request id and the headers that keep browsers strict. And the last net: 500."""

import itertools
import logging
import re
import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.database import budget
from api.database.budget import Budget
from api.middleware.problems import render, report_bug
from api.telemetry import measures, traces
from api.telemetry.logs import pseudonym

_PROCESS, _COUNT = secrets.token_hex(8), itertools.count(1)
"""Together an id that no other request has, here or in another process; it need not be a secret."""
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
STRICT_HEADERS: list[tuple[bytes, bytes]] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
log = logging.getLogger("todo.access")
FAILED = 500
SLOW_SECONDS = 1.0
"""A request that took so long is logged as a warning, as one that failed is."""


class Envelope:
    """The outermost middleware."""

    closing = False
    """Whether the server is about to stop: each answer then closes its connection."""

    def __init__(self, app: ASGIApp, *, https: bool, log_key: bytes) -> None:
        self._app = app
        self._log_key = log_key
        self._headers = [*STRICT_HEADERS]
        if https:
            self._headers.append((b"strict-transport-security", b"max-age=31536000"))
        self.private_headers = [*self._headers, (b"content-security-policy", API_POLICY.encode())]
        """Of every answer but those with a policy of their own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request_id = sent.decode() if _REQUEST_ID.fullmatch(sent) else f"{_PROCESS}{next(_COUNT):016x}"
        # What takes GET takes HEAD (RFC 9110, section 9.1): the server leaves the body away.
        spans = traces.current
        scope = {**scope, "request_id": request_id, "method": "GET" if scope["method"] == "HEAD" else scope["method"]}
        budget.current.set(Budget())
        started = time.perf_counter()
        measures.requests.running += 1
        status = 0

        async def send_enveloped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = message["headers"]
                strict = self.private_headers
                for name, _ in own:
                    if name == b"content-security-policy":
                        strict = self._headers
                headers = [*own, (b"x-request-id", request_id.encode()), *strict]
                if self.closing:
                    headers.append((b"connection", b"close"))
                message = {**message, "headers": headers}
            await send(message)

        try:
            if spans is None:
                await self._app(scope, receive, send_enveloped)
            else:
                with spans.request(scope, request_id, lambda: status):
                    await self._app(scope, receive, send_enveloped)
        except Exception as error:  # noqa: BLE001 - the last net
            # An answer that has begun is left unfinished, which closes the connection.
            problem = report_bug(error, request_id)
            if not status:
                await render(problem, request_id)(scope, receive, send_enveloped)
        measures.requests.running -= 1
        seconds = time.perf_counter() - started
        route = scope.get("route")
        path = getattr(route, "path", "-")
        measures.requests.note(scope["method"], path, status, seconds)
        remarkable = status >= FAILED or seconds >= SLOW_SECONDS
        if remarkable or log.isEnabledFor(logging.INFO):
            self._tell(scope, path, status, seconds, logging.WARNING if remarkable else logging.INFO)

    def _tell(self, scope: Scope, path: str, status: int, seconds: float, level: int) -> None:
        """One line: the route's template and never the address, which may hold anything."""
        fields: dict[str, object] = {
            "request_id": scope["request_id"],
            "method": scope["method"],
            "route": path,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        request = budget.current.get()
        if request is not None:
            fields["retries"] = request.retries
            if request.sqlstate is not None:
                fields["sqlstate"] = request.sqlstate
        who = scope.get("who")
        if who is not None:
            fields["user"] = pseudonym(self._log_key, who.user_id)
        log.log(level, "request", extra={"fields": fields})
