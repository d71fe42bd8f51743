"""What the tests of the server's life share: finding processes, waiting, databases for URLs."""

import asyncio
import contextlib
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from api.database.embedded import running
from tests.conftest import BIN, PASSWORD, Server, clean_environment
from tests.links.modes import JWT_SECRET, new_database


@dataclass(frozen=True)
class Address:
    """A database for `DATABASE_URL`, and its superuser's way in."""

    url: str
    superuser_url: str

    def execute(self, *statements: str) -> Any:
        """Runs them as the superuser; the last one's first value."""

        async def run() -> Any:
            connection = await asyncpg.connect(self.superuser_url)
            try:
                for statement in statements[:-1]:
                    await connection.execute(statement)
                return await connection.fetchval(statements[-1])
            finally:
                await connection.close()

        return asyncio.run(run())

    @property
    def variables(self) -> dict[str, str]:
        return {"DATABASE_URL": self.url, "JWT_SECRET": JWT_SECRET}


@contextlib.contextmanager
def cluster(data_dir: Path) -> Iterator[Callable[[], Address]]:
    """A PostgreSQL that is nobody's: makes new databases."""
    with running(data_dir, serving=True) as postgres:

        def make() -> Address:
            made = new_database(postgres)
            return Address(made.url, made.superuser_url)

        yield make


def command(*arguments: object, cwd: Path | None = None, **variables: Any) -> tuple[int, str, str]:
    """Runs `todo-server`; status, what it printed, what it complained."""
    done = subprocess.run(
        [BIN / "todo-server", *map(str, arguments)],
        env=clean_environment(**variables),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert "Traceback" not in done.stderr + done.stdout
    return done.returncode, done.stdout, done.stderr


def refusal(*arguments: object, cwd: Path | None = None, status: int = 1, **variables: Any) -> str:
    """What a command that must fail says: one line."""
    code, _, said = command(*arguments, cwd=cwd, **variables)
    lines = [line for line in said.splitlines() if "warning:" not in line]
    assert code == status, said
    assert len(lines) == 1, said
    assert lines[0].startswith("todo-server: ")
    return lines[0]


def postmaster_of(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children_of(process: int) -> list[int]:
    """Its worker processes."""
    found = []
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        arguments = Path(f"/proc/{child}/cmdline").read_bytes()
        if b"spawn_main" in arguments:
            found.append(int(child))
    return found


def until(true: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Waits for it."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(httpx.TransportError, FileNotFoundError, IndexError):
            found = true()
            if found:
                return found
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def signed_up(server: Server, name: str = "ada") -> httpx.Client:
    """A client with a new account."""
    with server.client() as client:
        answer = client.post(
            "/api/auth/register", json={"email": f"{name}-{secrets.token_hex(6)}@example.com", "password": PASSWORD}
        )
    assert answer.status_code == 201, answer.text
    return server.client(Authorization=f"Bearer {answer.json()['token']['access_token']}")


def add(client: httpx.Client, title: str = "Buy milk") -> dict[str, Any]:
    answer = client.post("/api/v1/tasks", json={"title": title})
    assert answer.status_code == 201, answer.text
    task: dict[str, Any] = answer.json()["task"]
    return task


def tasks(client: httpx.Client) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/tasks", params={"limit": 10_000})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["tasks"]
    return found
