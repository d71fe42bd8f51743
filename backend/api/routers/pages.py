"""The web page: its files, and every address that it knows. Which page an address means, the page itself decides."""

from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.errors import NotFound
from api.middleware.problems import on_problem
from api.routers.page_files import PAGE_POLICY, read_page

FOLDER = Path(__file__).parents[3] / "frontend" / "dist"
PATHS = ("/", "/register", "/sign-in", "/tasks", "/tasks/{number:int}", "/bin", "/settings", "/status")
"""The addresses of the page. `frontend/src/router.ts` knows the same."""
_NO_PAGES_BELOW = {"api", "docs", "health", "metrics", "openapi.json", "assets"}

_NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Todo</title>
<h1>Todo</h1>
<p>The server is running, but its web page has not been built: <code>make setup</code> builds it; then start the server
again. Programs talk to it as <a href="/docs">its documentation</a> says.</p>
</html>
"""


class Pages:
    """The built page, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = read_page(folder)
        self._index = self._files.pop("index.html", None)
        self.router = APIRouter(include_in_schema=False)
        for path in PATHS:
            self.router.get(path)(self.page)
            if path != "/":
                self.router.get(f"{path}/")(self.page)
        self.router.get("/assets/{name:path}")(self.asset)
        for name in self._files:
            if "/" not in name:
                self.router.get(f"/{name}")(self.file)

    async def page(self, request: Request) -> Response:
        return self._page(request, 200)

    async def asset(self, request: Request) -> Response:
        # The name is looked up among those that were read: no path leads out of the folder.
        found = self._files.get(f"assets/{request.path_params['name']}")
        if found is None:
            raise NotFound
        return found.answer(request)

    async def file(self, request: Request) -> Response:
        return self._files[request.scope["path"].removeprefix("/")].answer(request)

    async def on_error(self, request: Request, error: Exception) -> Response:
        """For an address that nobody knows: a browser gets the page, which says so; everybody else the refusal."""
        if (
            isinstance(error, HTTPException)
            and error.status_code == NotFound.status
            and request.method == "GET"
            and "text/html" in request.headers.get("accept", "")
            and request.scope["path"].strip("/").partition("/")[0] not in _NO_PAGES_BELOW
        ):
            return self._page(request, NotFound.status)
        return await on_problem(request, error)

    def _page(self, request: Request, status: int) -> Response:
        if self._index is None:
            return HTMLResponse(
                _NOT_BUILT, 503, headers={"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"}
            )
        return self._index.answer(request, status)
