"""How the built web page is served: addresses, encodings, caches, and what is refused."""

import asyncio
import gzip
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.routers.pages import PATHS, Pages
from tests.conftest import NO_TLS, Server, assert_problem

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ADDRESSES = [path.replace("{number:int}", "12") for path in PATHS]


@pytest.fixture(scope="module")
def files(server: Server) -> list[str]:
    """What the index asks for."""
    page = httpx.get(server.url).text
    return re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)


def plain(answer: httpx.Response) -> bytes:
    assert "content-encoding" not in answer.headers
    return answer.content


@pytest.mark.parametrize("path", [*ADDRESSES, "/tasks/"])
def test_every_address_of_the_page_gives_it(anonymous: httpx.Client, path: str) -> None:
    answer = anonymous.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.text == anonymous.get("/").text
    head = anonymous.head(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == answer.headers["content-type"]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/tasks/twelve", "/tasks/12/13", "/settings/x", "/index.html", "/.made-from"]
)
def test_an_unknown_address_is_404_as_a_page_for_browsers_only(anonymous: httpx.Client, path: str) -> None:
    page = anonymous.get(path, headers=BROWSER)
    assert page.status_code == 404
    assert page.text == anonymous.get("/").text
    assert page.headers["content-security-policy"] == anonymous.get("/").headers["content-security-policy"]
    assert_problem(anonymous.get(path), 404, "NOT_FOUND")
    assert_problem(anonymous.post(path, headers=BROWSER), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "path", ["/docs/nowhere", "/health/nowhere", "/openapi.json/x", "/assets/nowhere.js", "/assets", "/metrics/x"]
)
def test_programs_addresses_are_never_pages(anonymous: httpx.Client, path: str) -> None:
    assert_problem(anonymous.get(path, headers=BROWSER), 404, "NOT_FOUND")


def test_the_api_is_never_a_page(anonymous: httpx.Client) -> None:
    for path in ("/api", "/api/nowhere", "/api/v1/nowhere"):
        assert_problem(anonymous.get(path, headers=BROWSER), 401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../index.html", "/assets/%2e%2e/index.html", "/assets/..%2f..%2fpackage.json", "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd", "/..%2fpackage.json", "/assets/..%5c..%5cpackage.json", "/assets/%00", "/%2e%2e/.env",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(anonymous: httpx.Client, path: str) -> None:
    answer = anonymous.get("/", extensions={"target": path.encode()})  # as it is: no client would send it so
    assert_problem(answer, 404, "NOT_FOUND")


def test_assets_stay_for_ever_in_the_encoding_that_was_asked_for(anonymous: httpx.Client, files: list[str]) -> None:
    assert {Path(file).suffix for file in files} == {".js", ".css"}
    for file in files:
        assert re.search(r"-[\w-]{8,}\.(js|css)$", file), "its name must change with its content"
        whole = anonymous.get(file, headers={"Accept-Encoding": "identity"})
        assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert whole.headers["vary"] == "Accept-Encoding"
        assert whole.headers["content-type"].startswith("text/javascript" if file.endswith(".js") else "text/css")
        with anonymous.stream("GET", file, headers={"Accept-Encoding": "gzip, deflate"}) as zipped:
            assert zipped.headers["content-encoding"] == "gzip"
            assert gzip.decompress(b"".join(zipped.iter_raw())) == plain(whole)
        with anonymous.stream("GET", file, headers={"Accept-Encoding": "gzip, deflate, br, zstd"}) as smallest:
            assert smallest.headers["content-encoding"] == "br"
            assert int(smallest.headers["content-length"]) < int(zipped.headers["content-length"]) < len(whole.content)
        assert len({answer.headers["etag"] for answer in (whole, zipped, smallest)}) == 3


@pytest.mark.parametrize("accepted", ["", "identity", "br;q=0, gzip;q=0.0", "BR ; Q=0,gzip; q=0.000", "zstd"])
def test_what_is_not_accepted_is_not_sent(anonymous: httpx.Client, files: list[str], accepted: str) -> None:
    plain(anonymous.get(files[0], headers={"Accept-Encoding": accepted}))


def test_what_a_browser_has_is_not_sent_again(anonymous: httpx.Client, files: list[str]) -> None:
    for path in ("/", "/tasks", "/icon.svg", *files):
        first = anonymous.get(path)
        again = anonymous.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert anonymous.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_files_beside_the_page(anonymous: httpx.Client) -> None:
    for path, kind in {
        "/icon.svg": "image/svg+xml",
        "/manifest.webmanifest": "application/manifest+json",
        "/robots.txt": "text/plain; charset=utf-8",
    }.items():
        answer = anonymous.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        assert answer.headers["cache-control"] == "no-cache"


def test_the_page_asks_nobody_else(anonymous: httpx.Client, files: list[str]) -> None:
    page = anonymous.get("/").text
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith("/")
        assert not address.startswith("//")
        assert anonymous.get(address).status_code == 200
    assert "<style" not in page
    assert "style=" not in page


def test_a_page_that_was_not_built_says_how(tmp_path: Path) -> None:
    app = FastAPI()
    app.include_router(Pages(tmp_path / "dist").router)

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://unbuilt", verify=NO_TLS
        ) as client:
            return [await client.get(path) for path in ADDRESSES]

    for answer in asyncio.run(ask()):
        assert answer.status_code == 503
        assert "make setup" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
