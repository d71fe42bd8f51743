"""The two proxies of `ops/proxy`, running, over TLS and HTTP/2, in front of a real server."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from tests.conftest import PASSWORD, start_server
from tests.links.certificates import HOST, write_certificates
from tests.ops.programs import OPS, program

Command = list[str | Path]
BEHIND = {"TRUSTED_PROXIES": HOST, "PUBLIC_URL": f"https://{HOST}"}


def _nginx(place: Path, server: str, port: int) -> Command:
    site = (OPS / "proxy" / "nginx.conf").read_text().replace("127.0.0.1:8000", server)
    for line in ("listen 80;", "listen [::]:80;", "listen [::]:443 ssl http2;"):
        site = site.replace(line, "")
    # Without `listen` nginx takes a port of its own choice for the redirect, so it gets a socket.
    site = site.replace("server_name", f"listen unix:{place}/plain;\n    server_name", 1)
    site = site.replace("listen 443", f"listen {HOST}:{port}")
    site = site.replace("/var/www/html", f"{place}/html")
    site = site.replace("/etc/letsencrypt/live/todo.example.org/fullchain.pem", f"{place}/server.pem")
    site = site.replace("/etc/letsencrypt/live/todo.example.org/privkey.pem", f"{place}/server.key")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {place}/{kind};\n" for kind in kinds)
    whole = place / "nginx.conf"
    whole.write_text(
        f"user root; daemon off; pid {place}/pid; error_log stderr; events {{}}\nhttp {{ access_log off;\n{folders}{site} }}\n"
    )
    return [program("nginx", "nginx-light"), "-c", whole, "-p", place, "-e", "stderr"]


def _caddy(place: Path, server: str, port: int) -> Command:
    site = (OPS / "proxy" / "Caddyfile").read_text().replace("127.0.0.1:8000", server)
    own = f"https://{HOST}:{port} {{\n\ttls {place}/server.pem {place}/server.key"
    whole = place / "Caddyfile"
    options = f"admin off\nauto_https disable_redirects\nstorage file_system {place}\nservers {{\n protocols h1 h2\n}}"
    whole.write_text(f"{{\n{options}\n}}\n" + site.replace("todo.example.org {", own))
    return [program("caddy", "caddy"), "run", "--config", whole, "--adapter", "caddyfile"]


@contextmanager
def _running(command: Command, url: str, trust: ssl.SSLContext) -> Iterator[httpx.Client]:
    proxy = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    deadline = monotonic() + 60
    try:
        with httpx.Client(base_url=url, verify=trust, http2=True, timeout=30) as client:
            while True:
                try:
                    client.get("/health/live")
                    break
                except httpx.TransportError:
                    if proxy.poll() is not None or monotonic() > deadline:
                        proxy.terminate()  # a killed nginx leaves workers that hold its output
                        pytest.fail(proxy.communicate(timeout=30)[0])
                    sleep(0.1)
            yield client
    finally:
        proxy.terminate()
        proxy.communicate(timeout=30)


def _look_at_plain_http(place: Path) -> None:
    """nginx's: to https, but for what shows an authority that the name is ours."""
    shown = place / "html" / ".well-known" / "acme-challenge"
    shown.mkdir(parents=True)
    (shown / "a").write_text("mine")
    with httpx.Client(transport=httpx.HTTPTransport(uds=f"{place}/plain"), base_url="http://todo.example.org") as plain:
        assert plain.get("/.well-known/acme-challenge/a").text == "mine"
        assert plain.get("/tasks").headers["Location"] == "https://todo.example.org/tasks"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its host and port."""
    served = start_server(tmp_path_factory.mktemp("served"), **BEHIND)
    yield served.url.removeprefix("http://")
    served.stop()


@pytest.mark.parametrize("proxy", [_nginx, _caddy], ids=["nginx", "caddy"])
def test_through_a_proxy(
    proxy: Callable[[Path, str, int], Command], server: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    write_certificates(tmp_path)
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
    trust = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    with _running(proxy(tmp_path, server, port), f"https://{HOST}:{port}", trust) as client:
        page = client.get("/")
        assert (page.http_version, page.status_code) == ("HTTP/2", 200)
        assert "max-age" in page.headers["Strict-Transport-Security"]
        assert client.get("/metrics").status_code == 404

        if (tmp_path / "plain").exists():
            _look_at_plain_http(tmp_path)

        ada = {"email": f"ada-{request.node.callspec.id}@example.com", "password": PASSWORD}
        made = client.post("/api/auth/register", json=ada)
        assert made.status_code == 201, made.text
        assert "Secure" in made.headers["Set-Cookie"]
        entry = {"Authorization": f"Bearer {made.json()['token']['access_token']}"}
        whole = client.post("/api/v1/tasks/batch", json={"tasks": [{"title": "x" * 100}] * 1000}, headers=entry)
        assert whole.status_code == 201, whole.text
        assert (
            client.post("/api/v1/tasks", content=b"x" * 80_000, headers=entry).json()["error_code"]
            == "PAYLOAD_TOO_LARGE"
        )

        # Guesses count by the address that the proxy saw, whatever a client says of itself.
        guess = ada | {"password": "a wrong garden in October"}
        answers = [
            client.post("/api/auth/login", json=guess, headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(11)
        ]
        assert [answer.status_code for answer in answers] == [401] * 10 + [429]
