"""By what names the server is asked: `Host`, and the `Origin` of pages, with `PUBLIC_URL` and without."""

import secrets
from collections.abc import Iterator

import httpx
import pytest

from api.middleware.own_origins import OwnOrigins
from api.settings import Settings
from tests.conftest import PASSWORD, Server, assert_problem, serving_on
from tests.links.modes import Make
from tests.server.test_server_http import Line

PUBLIC, LISTED = "https://todo.example.org", "https://page.example.org"
HSTS = "strict-transport-security"


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory, new_database: Make) -> Iterator[Server]:
    """As behind a proxy with TLS, with one other page that may call."""
    data_dir = tmp_path_factory.mktemp("names") / "data"
    with serving_on(
        new_database(), data_dir, PUBLIC_URL=PUBLIC, ALLOWED_ORIGINS=LISTED, TODO_RATE_LIMIT="off"
    ) as running:
        yield running


def _own(public_url: str | None, *allowed: str) -> OwnOrigins:
    return OwnOrigins(Settings.model_construct(public_url=public_url, allowed_origins=allowed))


@pytest.mark.parametrize(
    ("public_url", "origin", "host", "ours"),
    [
        (None, "http://todo.lan:8000", "todo.lan:8000", True),
        (None, "https://todo.lan", "TODO.lan", True),
        (None, "http://todo.lan:8000", "todo.lan", False),
        (None, "http://evil.example", "todo.lan", False),
        (None, "null", "todo.lan", False),
        (None, "null", "", False),
        (None, "", "", False),
        (None, "http://[", "todo.lan", False),
        (PUBLIC, PUBLIC, "127.0.0.1:8000", True),
        (PUBLIC, PUBLIC, "todo.example.org", True),
        (PUBLIC, "https://TODO.example.org", "todo.example.org", True),
        (PUBLIC, "http://todo.example.org", "todo.example.org", False),
        (PUBLIC, "https://todo.example.org:8443", "todo.example.org:8443", False),
        (PUBLIC, "https://todo.example.org.evil.example", "todo.example.org.evil.example", False),
        (PUBLIC, "http://evil.example", "evil.example", False),
        (PUBLIC, "http://192.168.1.5:8000", "192.168.1.5:8000", False),
        (PUBLIC, "http://127.0.0.1:8000", "127.0.0.1:8000", True),
        (PUBLIC, "http://localhost:8000", "localhost:8000", True),
        (PUBLIC, "http://[::1]:8000", "[::1]:8000", True),
        (PUBLIC, "http://127.0.0.1:8001", "127.0.0.1:8000", False),
        (PUBLIC, "http://127.0.0.1:8000", "todo.example.org", False),
        (PUBLIC, "https://127.0.0.1:8000", "127.0.0.1:8000", False),
        (PUBLIC, "http://127.0.0.1.evil.example", "127.0.0.1.evil.example", False),
        (PUBLIC, "http://localhost.evil.example", "localhost.evil.example", False),
        (PUBLIC, "http://x@127.0.0.1:8000", "127.0.0.1:8000", False),
        (PUBLIC, "http://[", "[", False),
        (PUBLIC, "null", "", False),
        ("https://todo.example.org:443/", PUBLIC, "", True),
        ("HTTPS://Todo.Example.org/todo", PUBLIC, "", True),
        ("http://todo.lan:80", "http://todo.lan", "", True),
        ("http://todo.lan:443", "http://todo.lan", "", False),
        ("https://bücher.example:8443", "https://xn--bcher-kva.example:8443", "", True),
        ("http://[fd00::1]:8000", "http://[fd00::1]:8000", "", True),
    ],
)
def test_whose_pages_are_ours(public_url: str | None, origin: str, host: str, ours: bool) -> None:
    assert _own(public_url).has(origin, host) is ours
    assert _own(public_url, LISTED + "/").has(LISTED, host)


def _login(client: httpx.Client, email: str, host: str | None, origin: str) -> httpx.Response:
    headers = {"Origin": origin} | ({"Host": host} if host else {})
    return client.post("/api/auth/login", json={"email": email, "password": PASSWORD}, headers=headers)


def test_with_a_public_url_its_pages_alone_sign_in(public: Server) -> None:
    email = f"ada-{secrets.token_hex(4)}@example.com"
    with public.client() as client:
        sent = {"email": email, "password": PASSWORD}
        assert client.post("/api/auth/register", json=sent, headers={"Origin": PUBLIC}).status_code == 201
        own = public.url  # 127.0.0.1, where the operator looks in past the proxy
        for host, origin in ((None, PUBLIC), ("todo.example.org", PUBLIC), (None, LISTED), (None, own)):
            assert _login(client, email, host, origin).status_code == 200
        for host, origin in (
            ("todo.example.org", "http://todo.example.org"),
            ("evil.example", "http://evil.example"),
            ("evil.example", "https://evil.example"),
            (None, own.replace("http:", "https:")),
            (None, "http://["),
        ):
            refused = _login(client, email, host, origin)
            assert_problem(refused, 403, "FORBIDDEN")
            assert "set-cookie" not in refused.headers
        # Without a page there is no origin: scripts and the console app.
        assert client.post("/api/auth/login", json=sent).status_code == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /health/live HTTP/1.1\r\n", 400),
        ("GET /health/live HTTP/1.1\r\nHost: a\r\nHost: a\r\n", 400),
        ("GET /health/live HTTP/1.0\r\nHost: a\r\nhost: b\r\n", 400),
        ("POST /api/auth/login HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n", 400),
        ("GET http://a/health/live HTTP/1.1\r\n", 400),
        ("GET /health/live HTTP/1.1\r\nHost: a\r\n", 200),
        ("GET /health/live HTTP/1.1\r\nHost:\r\n", 200),
        ("GET /health/live HTTP/1.0\r\n", 200),
    ],
)
def test_http_1_1_names_one_host(public: Server, head: str, status: int) -> None:
    with Line(public) as line:
        line.send(f"{head}Connection: close\r\n\r\n".encode())
        told, said = line.answer()
        assert told == status
        assert f"{HSTS}: max-age=".encode() in said.lower()
        assert (b'"error_code":"VALIDATION_ERROR"' in said) is (status == 400)


def test_the_request_before_one_without_host_is_answered_first(public: Server) -> None:
    with Line(public) as line:
        line.send(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\nGET /health/live HTTP/1.1\r\n\r\n")
        assert line.answer()[0] == 200


def test_refusals_of_the_connection_carry_hsts_over_https_alone(public: Server, server: Server) -> None:
    for running, is_https in ((public, True), (server, False)):
        for sent, status in (("X-Long: " + "x" * 70_000, 431), ("Content-Length: x", 400)):
            with Line(running) as line:
                line.send(f"GET / HTTP/1.1\r\nHost: a\r\n{sent}\r\n\r\n".encode())
                told, said = line.answer()
                assert told == status
                assert (HSTS.encode() in said.lower()) is is_https
                assert b"x-content-type-options: nosniff" in said
                assert b"frame-ancestors 'none'" in said
