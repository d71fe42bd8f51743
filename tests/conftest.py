"""The server under test is the real one: `todo-server serve` with its own PostgreSQL, one for each test process."""

import contextlib
import os
import re
import secrets
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from api.database.embedded import Postgres, running
from tests.links.modes import Make, ServedDatabase, opened

# Whoever starts the tests in the background hands down an ignored Ctrl-C, and commands under test would inherit it.
signal.signal(signal.SIGINT, signal.default_int_handler)

BIN = Path(sys.executable).parent
PASSWORD = "a quiet garden in October"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Making the usual one takes 40 ms a client, and nothing here speaks TLS."""


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment without what would configure the programs under test, and with `variables`."""
    ours = re.compile(
        r"TODO_|JWT_|(NEON_)?DATABASE_URL|PUBLIC_URL|REGISTRATION|ALLOWED_ORIGINS|TRUSTED_PROXIES|NO_COLOR"
    )
    return {name: value for name, value in os.environ.items() if not ours.match(name)} | variables


@dataclass
class Server:
    """A running `todo-server serve`."""

    process: subprocess.Popen[str]
    url: str
    data_dir: Path
    output: list[str]
    reader: threading.Thread
    database: ServedDatabase | None = None

    @property
    def beside(self) -> dict[str, str]:
        """What a command must be told to work on this server's database, beside its data directory."""
        return self.database.variables if self.database else {}

    @contextlib.contextmanager
    def postgres(self) -> Iterator[Postgres]:
        """The straight way to its database."""
        if self.database:
            yield self.database.direct
        else:
            with running(self.data_dir) as postgres:
                yield postgres

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, verify=NO_TLS)

    def stop(self, kind: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(kind)
        status = self.process.wait(60)
        self.reader.join(10)
        return status


def start_server(data_dir: Path, *options: str, program: Sequence[str | Path] = (), **variables: str) -> Server:
    """Starts one and waits until it serves. It makes no backups of its own, unless `TODO_BACKUPS` says so."""
    variables = {"TODO_BACKUPS": "off"} | variables
    process = subprocess.Popen(
        [*(program or (BIN / "todo-server",)), "serve", "--port", "0", "--data-dir", data_dir, *options],
        env=clean_environment(**variables),
        cwd=data_dir.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    output: list[str] = []
    for line in process.stdout:
        output.append(line)
        found = re.search(r"Serving on (http://\S+)", line)
        if found:
            # Somebody must go on reading, or the pipe fills and the server waits.
            reader = threading.Thread(target=_read_on, args=(process.stdout, output), daemon=True)
            reader.start()
            return Server(process, found[1], data_dir, output, reader)
    process.stdout.close()
    process.wait(60)
    raise AssertionError(f"the server did not start: {''.join(output)}")


def _read_on(stream: IO[str], output: list[str]) -> None:
    with stream:
        output.extend(stream)


@contextlib.contextmanager
def serving(data_dir: Path, *options: str, **variables: str) -> Iterator[Server]:
    """A server for a while."""
    server = start_server(data_dir, *options, **variables)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@contextlib.contextmanager
def serving_on(database: ServedDatabase | None, data_dir: Path, *options: str, **variables: str) -> Iterator[Server]:
    """A server on this database for a while; on the one inside where there is none."""
    with serving(data_dir, *options, **(database.variables if database else {}), **variables) as server:
        server.database = database
        yield server


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Makes a database for each server that does not care which: the one inside, or as `TODO_TEST_DATABASE` says."""
    with opened(os.environ.get("TODO_TEST_DATABASE", "embedded"), tmp_path_factory.mktemp("link")) as make:
        yield make


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, new_database: Make) -> Iterator[Server]:
    data_dir = tmp_path_factory.mktemp("server") / "data"
    with serving_on(new_database(), data_dir, TODO_RATE_LIMIT="off") as running:
        yield running


@pytest.fixture(scope="session")
def limited_server(tmp_path_factory: pytest.TempPathFactory, new_database: Make) -> Iterator[Server]:
    """The same with its limits on."""
    with serving_on(new_database(), tmp_path_factory.mktemp("limited") / "data") as running:
        yield running


@pytest.fixture
def anonymous(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


@dataclass
class Person:
    """Somebody with an account, signed in."""

    email: str
    password: str
    user: dict[str, Any]
    token: str
    refresh_token: str
    client: httpx.Client

    @property
    def id(self) -> str:
        return str(self.user["id"])

    def add(self, title: str = "Buy milk", **more: object) -> dict[str, Any]:
        """A new task."""
        answer = self.client.post("/api/v1/tasks", json={"title": title, **more})
        assert answer.status_code == 201, answer.text
        task: dict[str, Any] = answer.json()["task"]
        return task

    def tasks(self, **query: object) -> list[dict[str, Any]]:
        """All of their tasks."""
        answer = self.client.get("/api/v1/tasks", params={"limit": 10_000, **query})  # type: ignore[dict-item]
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["tasks"]
        return found


def register(server: Server, name: str) -> Person:
    """A new account, signed in."""
    email = f"{name}-{secrets.token_hex(6)}@example.com"
    client = server.client()
    answer = client.post("/api/auth/register", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    refresh_token = next(iter(client.cookies.jar)).value or ""
    client.cookies.clear()
    token = answer.json()["token"]["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return Person(email, PASSWORD, answer.json()["user"], token, refresh_token, client)


@pytest.fixture
def ada(server: Server) -> Iterator[Person]:
    person = register(server, "ada")
    yield person
    person.client.close()


@pytest.fixture
def grace(server: Server) -> Iterator[Person]:
    person = register(server, "grace")
    yield person
    person.client.close()


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The answer is this refusal, in the one shape that refusals have."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["error_code"] == code, body
    assert body["status"] == status
    assert set(body) - {"errors"} == {"type", "title", "status", "detail", "error_code", "timestamp", "request_id"}
    assert body["request_id"] == answer.headers["x-request-id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", body["timestamp"])
    assert not re.search(r'Traceback|asyncpg|sqlalchemy|SELECT |/home/|File "|\.py', answer.text)
    return body
