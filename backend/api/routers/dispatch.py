"""The short way from a request to its route. The framework's own way, which is taken for everything that is not found
here (404, 405), tries routers and routes one after the other and wraps each call three times: more work than ours."""

import re
from collections.abc import Awaitable, Callable, Iterable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import ProblemError
from api.middleware.problems import on_problem
from api.routers.route import StrictRoute

Handler = Callable[[Request], Awaitable[Response]]


class Dispatch:
    """Calls the handler of the route that a request means: by its path where that is fixed, else by its pattern."""

    def __init__(self, app: ASGIApp, *, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._fixed: dict[tuple[str, str], tuple[StrictRoute, Handler]] = {}
        self._patterns: dict[str, list[tuple[re.Pattern[str], StrictRoute, Handler]]] = {}
        for route in routes:
            if isinstance(route, StrictRoute):
                for method in route.methods or ():
                    self._add(method, route, route.get_route_handler())

    def _add(self, method: str, route: StrictRoute, handler: Handler) -> None:
        if route.param_convertors:
            self._patterns.setdefault(method, []).append((route.path_regex, route, handler))
        else:
            self._fixed[method, route.path] = (route, handler)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._find(scope) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        scope["route"], handler, scope["path_params"] = found
        request = Request(scope, receive, send)
        try:
            response = await handler(request)
        except (ProblemError, HTTPException) as error:
            response = await on_problem(request, error)
        await response(scope, receive, send)

    def _find(self, scope: Scope) -> tuple[StrictRoute, Handler, dict[str, str]] | None:
        method, path = scope["method"], scope["path"]
        fixed = self._fixed.get((method, path))
        if fixed is not None:
            return *fixed, {}
        for pattern, route, handler in self._patterns.get(method, ()):
            match = pattern.match(path)
            if match is not None:
                return route, handler, match.groupdict()
        return None
