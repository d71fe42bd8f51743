"""The commands of the documents on backups, and on moving into Neon and out of it, run as they stand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from api.database.url import Target, parse_url
from tests.backup.conftest import named, url_of
from tests.backup.test_backup_neon import KEY, StandIn, stand_in
from tests.conftest import PASSWORD, Server
from tests.database.conftest import cluster, make_empty
from tests.docs.stage import stage_of
from tests.links.debian import postgres_15
from tests.ops.programs import program
from tests.upgrade.conftest import ask

__all__ = ["cluster", "make_empty", "stand_in"]

SIGNER = 'import json, sys; print(json.load(sys.stdin)["backups"][-1]["signed_by"])'


@contextmanager
def person(server: Server, name: str) -> Iterator[httpx.Client]:
    """Somebody with 40 tasks, the second time with those that are left."""
    with server.client() as client:
        account = {"email": f"{name}@example.com", "password": PASSWORD}
        made = client.post("/api/auth/register", json=account)
        token = (made if made.status_code == 201 else client.post("/api/auth/login", json=account)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token['access_token']}"
        if made.status_code == 201:
            tasks = [{"title": f"Chapter {number}"} for number in range(1, 41)]
            assert client.post("/api/v1/tasks/batch", json={"tasks": tasks}).status_code == 201
        yield client


def test_backup_and_recovery(tmp_path: Path, make_empty: Callable[[], Target], stand_in: StandIn) -> None:
    program("age-keygen", "age")
    with stage_of("docs/backup-and-recovery.md", tmp_path) as stage:
        empty = make_empty()
        stage.names |= {
            "/srv/todo": str(tmp_path),
            "postgresql://USER@HOST/DATABASE": named(empty),
            "age1...": "$(age-keygen -y key.txt)",
            "KEY": f"$(todo-server backup list --json | python3 -c '{SIGNER}')",
        }
        server = stage.serve(TODO_RATE_LIMIT="off")
        for name in ("ada", "grace", "joan", "karen", "mary", "radia"):
            with person(server, name):
                pass
        assert "252 rows" in stage.run("$ todo-server backup create")
        stage.stop()
        stage.variables["PGPASSWORD"] = empty.password or ""
        stage.run("todo-server backup restore ID")
        server = stage.serve(TODO_RATE_LIMIT="off")
        with person(server, "ada") as ada:
            for number in range(31, 41):
                assert ada.delete(f"/api/v1/tasks/{number}").status_code == 204
            assert ada.patch("/api/v1/tasks/7", json={"title": "Another"}).status_code == 200
            assert ada.post("/api/v1/tasks", json={"title": "New"}).json()["task"]["number"] == 31
        stage.names["2026-11-22T15:00:00Z"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        said = stage.run("$ todo-server backup restore --user")
        assert "10 came back (1 under another number), 1 are as they were" in said
        assert "29 were unchanged, 1 made since stay" in said
        stage.stop()
        stage.run("age-keygen")
        stage.variables |= {"NEON_API_KEY": KEY, "NEON_PROJECT_ID": "quiet-garden"}
        stage.variables["TODO_NEON_API_URL"] = f"http://127.0.0.1:{stand_in.server_port}"
        stand_in.url = url_of(empty)
        stage.run("todo-server backup neon snapshots")
        assert [call[0] for call in stand_in.changes] == ["POST", "POST", "POST", "DELETE", "POST"]


def test_neon(tmp_path: Path) -> None:
    """PostgreSQL 15 over TLS in the place of Neon."""
    (tmp_path / "15").mkdir(mode=0o700)
    (tmp_path / "stage").mkdir()
    with postgres_15(tmp_path / "15") as neon, stage_of("docs/neon.md", tmp_path / "stage") as stage:
        target = parse_url(neon.url)
        ask(neon.superuser_url, "create database todo owner todo", "select")
        without = f"postgresql://todo@{target.host}:{target.port}/todo?sslmode=require"
        stage.names |= {
            "postgresql://USER@HOST.neon.tech/neondb?sslmode=require": without,
            "NEON_DATABASE_URL=...": f"NEON_DATABASE_URL='{neon.url}'",
        }
        stage.variables |= {"PGPASSWORD": target.password or "", "SSL_CERT_FILE": str(tmp_path / "15" / "ca.pem")}
        with person(stage.serve(), "ada"):
            pass
        stage.stop()
        stage.run("# into")
        stage.data_dir.rename(stage.folder / "moved")
        stage.run("# out")
        with person(stage.serve(), "ada") as ada:
            assert len(ada.get("/api/v1/tasks").json()["tasks"]) == 40
