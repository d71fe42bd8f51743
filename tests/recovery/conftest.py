"""A server whose backups lie elsewhere than its data, and the operator's commands on it."""

import asyncio
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from api.database.embedded import process_table
from api.database.embedded.place import Place
from backup.physical.create import store_of
from backup.physical.scratch import remove_scratch
from backup.physical.store import Store
from tests.conftest import BIN, PASSWORD, Person, Server, clean_environment, register, start_server


@dataclass
class Site:
    """One data directory and its place of backups; `encrypted` for a public key of age."""

    folder: Path
    encrypted: str = ""
    clients: list[httpx.Client] = field(default_factory=list)
    servers: list[Server] = field(default_factory=list)

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def place(self) -> Place:
        return Place(self.data_dir)

    @property
    def store(self) -> Store:
        return store_of(self.place, self.folder / "backups")

    def serve(self, **variables: str) -> Server:
        usual = {"TODO_BACKUPS": "on", "TODO_RATE_LIMIT": "off"}
        self.servers.append(start_server(self.data_dir, **self.variables | usual | variables))
        return self.servers[-1]

    @property
    def variables(self) -> dict[str, str]:
        recipients = {"TODO_BACKUP_RECIPIENTS": self.encrypted} if self.encrypted else {}
        return {"TODO_BACKUP_DIR": str(self.folder / "backups"), **recipients}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BIN / "todo-server", "backup", *arguments, "--data-dir", self.data_dir],
            env=clean_environment(**self.variables),
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
        )

    def client(self, server: Server, **headers: str) -> httpx.Client:
        """Closed after the test."""
        self.clients.append(server.client(**headers))
        return self.clients[-1]

    def register(self, server: Server, name: str) -> Person:
        person = register(server, name)
        self.clients.append(person.client)
        return person

    def sign_in(self, server: Server, person: Person) -> Person:
        """The same person, signed in anew."""
        answer = self.client(server).post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        token = answer.json()["token"]["access_token"]
        client = self.client(server, Authorization=f"Bearer {token}")
        return Person(person.email, PASSWORD, answer.json()["user"], token, "", client)

    def done(self, *arguments: str) -> Any:
        """What a command that must succeed reports."""
        result = self.run(*arguments, "--json")
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    def refused(self, *arguments: str) -> str:
        """Why a command that must not succeed did not."""
        result = self.run(*arguments)
        assert result.returncode == 1, result.stdout
        return result.stderr.splitlines()[-1]


def ask(server: Server, question: str) -> Any:
    """One value, as the superuser."""

    async def asked(url: str) -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()

    with server.postgres() as postgres:
        return asyncio.run(asked(postgres.superuser_url))


def wait_for(what: Callable[[], object], seconds: float = 60) -> None:
    """Until it is true."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def receives(server: Server) -> bool:
    return bool(ask(server, "select count(*) from pg_stat_replication where application_name = 'todo_receiver'"))


def titles(person: Person) -> set[str]:
    return {str(task["title"]) for task in person.tasks()}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "backups").mkdir()
    site = Site(tmp_path)
    yield site
    for client in site.clients:
        client.close()
    for server in site.servers:  # where a test failed before it stopped its own
        if server.process.poll() is None:
            server.stop()
    remove_scratch(Place(tmp_path / "data"))
    assert not process_table.of_cluster(tmp_path / "data" / "recovering" / "postgres")
