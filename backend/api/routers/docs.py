"""`/docs`: the API's pages, from files of ours, so that they work without network."""

from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, Response

from api.errors import NotFound

router = APIRouter(prefix="/docs", include_in_schema=False)

# Swagger UI draws with inline styles and data: pictures; scripts come from here only.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Todo: the API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
"""
_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null});\n'
_FILES = {"swagger-ui-bundle.js", "swagger-ui.css"}


def _folder() -> Path:
    # Only the package's files are of use: importing it would set up a second FastAPI.
    spec = find_spec("fastapi_offline")
    assert spec is not None  # noqa: S101 - it stands in requirements/app.in
    assert spec.submodule_search_locations  # noqa: S101 - it is a package
    return Path(spec.submodule_search_locations[0]) / "static"


@router.get("")
async def docs() -> HTMLResponse:
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": POLICY})


@router.get("/start.js")
async def start() -> Response:
    return Response(_START, media_type="text/javascript")


@router.get("/{name}")
async def asset(name: str) -> FileResponse:
    if name not in _FILES:
        raise NotFound
    return FileResponse(_folder() / name, headers={"Cache-Control": "max-age=86400"})
