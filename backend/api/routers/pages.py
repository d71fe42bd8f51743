"""What a browser gets at `/`, until the web page exists."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

PAGE_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Todo</title>
<h1>Todo</h1>
<p>The server is running. Programs talk to it as <a href="/docs">its documentation</a> says;
in a terminal, <code>todo --help</code> is the beginning.</p>
</html>
"""


@router.get("/")
async def index() -> HTMLResponse:
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": PAGE_POLICY})
