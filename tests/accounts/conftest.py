"""Servers with other configurations, and the way to their database for what only time would bring."""

import json
import secrets
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from api.database.entry import ACCOUNTS
from api.database.session import Database
from api.database.transaction import Transaction
from server.connection import with_database
from tests.conftest import BIN, PASSWORD, Person, Server, clean_environment, serving_on
from tests.links.modes import Make

ISSUER, AUDIENCE = "https://signin.example.org", "todo-tests"
PUBLIC_URL = "https://todo.example.org"


def in_database(server: Server, sql: str, *values: object) -> list[Any]:
    """The rows of a statement, run as those who sign people in."""

    async def work(database: Database) -> list[Any]:
        async def run(transaction: Transaction) -> list[Any]:
            return await transaction.fetch(sql, *values)

        return await database.transact(ACCOUNTS, run)

    with pytest.MonkeyPatch.context() as environment:
        for name, value in server.beside.items():
            environment.setenv(name, value)
        return with_database(server.data_dir, work)


@dataclass
class SignInService:
    """An external auth service: its keys, and how many times they were asked for."""

    url: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    document: bytes = b""
    fetches: int = 0

    def publish(self, *more: dict[str, Any]) -> None:
        """Shows the key, and `more` beside it."""
        shown = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key())) | {"kid": "one", "use": "sig"}
        self.document = json.dumps({"keys": [shown, *more]}).encode()


@pytest.fixture(scope="session")
def service() -> Iterator[SignInService]:
    found = SignInService()
    found.publish()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.fetches += 1
            self.send_response(200)
            self.end_headers()
            self.wfile.write(found.document)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{listening.server_port}/keys"
    yield found
    listening.shutdown()
    listening.server_close()


@pytest.fixture(scope="session")
def public_server(
    tmp_path_factory: pytest.TempPathFactory, service: SignInService, new_database: Make
) -> Iterator[Server]:
    """Behind a proxy with https, its limits on, and taking the tokens of the external service."""
    with serving_on(
        new_database(),
        tmp_path_factory.mktemp("public") / "data",
        PUBLIC_URL=PUBLIC_URL,
        TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8",
        JWT_JWKS_URL=service.url,
        JWT_ISSUER=ISSUER,
        JWT_AUDIENCE=AUDIENCE,
    ) as running:
        yield running


@pytest.fixture(scope="session")
def closed_server(tmp_path_factory: pytest.TempPathFactory, new_database: Make) -> Iterator[Server]:
    """Where the operator alone makes accounts."""
    data_dir = tmp_path_factory.mktemp("closed") / "data"
    with serving_on(new_database(), data_dir, REGISTRATION="closed") as running:
        yield running


@pytest.fixture
def visitor(public_server: Server) -> Iterator[Callable[[str], httpx.Client]]:
    """Clients that come through the proxy, each from its own address."""
    opened: list[httpx.Client] = []

    def come(address: str) -> httpx.Client:
        client = public_server.client(**{"X-Forwarded-For": address})
        opened.append(client)
        return client

    yield come
    for client in opened:
        client.close()


def some_address() -> str:
    """An IPv4 address that no other test uses."""
    return ".".join(["203", *(str(byte) for byte in secrets.token_bytes(3))])


def users_command(server: Server, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """`todo-server users` with these arguments, beside the running server."""
    return subprocess.run(
        [BIN / "todo-server", "users", *arguments, "--data-dir", server.data_dir],
        env=clean_environment(**server.beside),
        cwd=server.data_dir.parent,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
    )


def new_email(name: str = "ada") -> str:
    """An address without an account."""
    return f"{name}-{secrets.token_hex(6)}@example.com"


def sign_up(client: httpx.Client, email: str, password: str = PASSWORD, **more: object) -> httpx.Response:
    """The answer to a registration."""
    return client.post("/api/auth/register", json={"email": email, "password": password, **more})


def sign_in(client: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    """The answer to a sign-in; the client keeps no cookie of it."""
    answer = client.post("/api/auth/login", json={"email": email, "password": password})
    client.cookies.clear()
    return answer


def refresh_token_in(answer: httpx.Response) -> str:
    """The refresh token that an answer sets as its cookie."""
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert name.endswith("todo_refresh")
    return str(rest.partition(";")[0])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def second_session(server: Server, person: Person) -> tuple[str, str]:
    """Another sign-in of the person: its access token and its refresh token."""
    with server.client(**{"User-Agent": "another device"}) as client:
        answer = sign_in(client, person.email, person.password)
        assert answer.status_code == 200, answer.text
        return answer.json()["token"]["access_token"], refresh_token_in(answer)
