"""`todo-server check`: what is right is said to be, each thing that is wrong is found and told how to mend."""

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.database.embedded import Postgres, running
from api.database.url import parse_url
from api.settings import load_settings
from server.check import surroundings
from server.check.database import _clock
from server.migrations import bring_up_to_date
from tests.conftest import Server
from tests.server.processes import command

Checks = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checked") / "data"


@pytest.fixture(scope="module")
def postgres(data_dir: Path) -> Iterator[Postgres]:
    """Held for all of these, so that each look is quick; `check` joins it as it would a server's."""
    with running(data_dir) as found:
        bring_up_to_date(parse_url(found.url), adopt=False)
        yield found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def look(data_dir: Path, *options: object, **variables: Any) -> tuple[int, Checks]:
    options = options if "--port" in options else ("--port", free_port(), *options)
    code, out, said = command("check", "--json", "--data-dir", data_dir, *options, **variables)
    assert said == "" or "warning" in said
    found = json.loads(out)
    assert found["ok"] is (code == 0)
    for check in found["checks"]:
        assert check["status"] in {"ok", "warn", "fail"}
        assert check["detail"].endswith((".", ":")) or check["name"] == "files", check
        assert (check["mend"] is None) is (check["status"] == "ok")
    return code, {check["name"]: check for check in reversed(found["checks"])}


def sql(postgres: Postgres, text: str) -> None:
    async def go() -> None:
        connection = await asyncpg.connect(postgres.superuser_url)
        try:
            await connection.execute(text)
        finally:
            await connection.close()

    asyncio.run(go())


def test_all_is_well(data_dir: Path, postgres: Postgres) -> None:
    code, found = look(data_dir)
    assert code == 0
    wrong = {name for name, check in found.items() if check["status"] != "ok"}
    assert wrong <= {"backups", "disk"}, found
    assert {"configuration", "files", "disk", "backups", "port", "database", "encryption", "clock"} <= set(found)
    assert {"schema", "indexes", "connections", "wall"} <= set(found)


def test_people_get_a_line_each(data_dir: Path, postgres: Postgres) -> None:
    code, out, _ = command("check", "--data-dir", data_dir)
    assert code == 0
    assert re.search(r"^ok +wall +Row-level security", out, re.MULTILINE)
    assert re.search(r"^warn +backups .*\n +Make one", out, re.MULTILINE)


BROKEN = {
    "a dropped index": (
        "drop index todo.sessions_user_id_idx",
        "create index sessions_user_id_idx on todo.sessions (user_id)",
        "indexes",
    ),
    "an index that is not valid": (
        "update pg_index set indisvalid = false where indexrelid = 'todo.tasks_bin_idx'::regclass",
        "update pg_index set indisvalid = true where indexrelid = 'todo.tasks_bin_idx'::regclass",
        "indexes",
    ),
    "no row-level security": (
        "alter table todo.tasks disable row level security",
        "alter table todo.tasks enable row level security",
        "wall",
    ),
    "a role that passes it by": ("alter role todo_app bypassrls", "alter role todo_app nobypassrls", "wall"),
    "an older schema": (
        "update todo.alembic_version set version_num = '0001'",
        "update todo.alembic_version set version_num = '0005'",
        "schema",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_found(data_dir: Path, postgres: Postgres, what: str) -> None:
    breaking, mending, name = BROKEN[what]
    sql(postgres, breaking)
    try:
        code, found = look(data_dir, DATABASE_URL=postgres.url, JWT_SECRET="s" * 32)
    finally:
        sql(postgres, mending)
    assert code == 1
    assert {name for name, check in found.items() if check["status"] == "fail"} == {name}


def test_others_who_may_read_secrets(data_dir: Path, postgres: Postgres) -> None:
    secret = next((data_dir / "secrets").iterdir())
    mode = secret.stat().st_mode
    secret.chmod(0o644)
    try:
        code, found = look(data_dir)
    finally:
        secret.chmod(mode)
    assert code == 1
    assert str(secret) in found["files"]["detail"]
    assert found["files"]["mend"] == f"chmod go= {secret}"


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    url = f"postgresql://ada:s3cret@127.0.0.1:{free_port()}/todo"
    code, found = look(tmp_path / "data", DATABASE_URL=url, JWT_SECRET="s" * 32)
    assert code == 1
    assert found["database"]["status"] == "fail"
    assert "s3cret" not in json.dumps(found)


def test_a_wrong_password(data_dir: Path, postgres: Postgres) -> None:
    url = re.sub(r":[^:@]+@", ":wr0ng@", postgres.url)
    code, found = look(data_dir, DATABASE_URL=url, JWT_SECRET="s" * 32)
    assert code == 1
    assert found["database"]["mend"] == "Correct the user or the password of the URL."


@pytest.mark.parametrize(
    "variables", [{"DATABASE_URL": "mysql://x"}, {"TODO_POOL_SIZE": "many"}, {"JWT_SECRET": "short"}]
)
def test_a_configuration_that_cannot_be_used(tmp_path: Path, variables: dict[str, Any]) -> None:
    code, found = look(tmp_path / "data", **variables)
    assert code == 1
    assert set(found) == {"configuration"}
    assert next(iter(variables)) in found["configuration"]["detail"]


def test_nothing_is_made_where_nothing_is(tmp_path: Path) -> None:
    code, found = look(tmp_path / "data", TODO_TYPO="1")
    assert code == 0
    assert found["database"]["status"] == "warn"
    assert "TODO_TYPO" in found["configuration"]["detail"]
    assert not (tmp_path / "data").exists()


def test_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.1)
        [found] = surroundings.port("127.0.0.1", other.getsockname()[1])
    assert found.verdict == "warn"
    assert [one.verdict for one in surroundings.port("127.0.0.1", free_port())] == ["ok"]


def test_a_server_of_ours_is_known(server: Server) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    [found] = surroundings.port(host, int(port))
    assert (found.verdict, found.says) == ("ok", f"A server answers on {host}:{port}.")


@pytest.mark.parametrize(("hours", "verdict"), [(1, "ok"), (30, "warn")])
def test_a_backup_that_is_too_old(tmp_path: Path, hours: int, verdict: str) -> None:
    at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "history.jsonl").write_text(f'{{"at": "{at}", "what": "verified", "backup": null, "good": true}}\n')
    settings = load_settings().model_copy(update={"data_dir": tmp_path})
    assert [one.verdict for one in surroundings.backups(settings)] == [verdict]


@pytest.mark.parametrize(("off", "verdict"), [(0, "ok"), (10, "warn"), (-10, "warn"), (120, "fail"), (-120, "fail")])
def test_a_clock_that_goes_wrong(off: int, verdict: str) -> None:
    class Connection:
        async def fetchval(self, _sql: str) -> datetime:
            return datetime.now(UTC) + timedelta(seconds=off)

    assert asyncio.run(_clock(Connection())).verdict == verdict
