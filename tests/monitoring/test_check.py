"""`todo-server check`: what is right is said to be, each thing that is wrong is found and told how to mend."""

import asyncio
import json
import re
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.database.embedded import Postgres, running
from api.database.schema import REVISION
from api.database.url import parse_url
from api.settings import Settings, load_settings
from backup import history
from backup.folder import Folder
from backup.place import new_backup_id
from server.check import surroundings
from server.check.database import _clock
from server.migrations import bring_up_to_date
from tests.conftest import Server, serving
from tests.server.processes import command, refusal
from tests.small_disk import small_disk

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
    options = options if {"--port", "--strict"} & {*options} else ("--port", free_port(), *options)
    code, out, said = command("check", "--json", "--data-dir", data_dir, *options, **variables)
    assert said == "" or "warning" in said
    found = json.loads(out)
    assert found["ok"] is (code == 0) or "--strict" in options
    for check in found["checks"]:
        assert check["status"] in {"ok", "warn", "fail"}
        assert check["detail"].endswith((".", ":")) or check["name"] == "files", check
        assert (check["mend"] is None) is (check["status"] == "ok")
    return code, {check["name"]: check for check in reversed(found["checks"])}


def sql(postgres: Postgres, text: str, *, superuser: bool = True) -> list[Any]:
    async def go() -> list[Any]:
        connection = await asyncpg.connect(**parse_url(postgres.superuser_url if superuser else postgres.url).arguments)
        try:
            if ";" not in text:
                return list(await connection.fetch(text))
            await connection.execute(text)
            return []
        finally:
            await connection.close()

    return asyncio.run(go())


def definitions(postgres: Postgres) -> list[Any]:
    """Of the indexes."""
    return sql(postgres, "select indexname, indexdef from pg_indexes where schemaname = 'todo' order by 1")


def test_all_is_well(data_dir: Path, postgres: Postgres) -> None:
    code, found = look(data_dir)
    assert code == 0
    wrong = {name for name, check in found.items() if check["status"] != "ok"}
    assert wrong <= {"backups", "disk"}, found
    assert "backup disk" in found
    assert {"configuration", "files", "disk", "backups", "port", "database", "encryption", "clock"} <= set(found)
    assert {"schema", "indexes", "connections", "wall"} <= set(found)


def test_people_get_a_line_each(data_dir: Path, postgres: Postgres) -> None:
    code, out, _ = command("check", "--data-dir", data_dir)
    assert code == 0
    assert re.search(r"^ok +wall +Row-level security", out, re.MULTILINE)
    assert re.search(r"^warn +backups .*\n +Make one with `todo-server backup create`", out, re.MULTILINE)


STAMPED = f"update todo.alembic_version set version_num = '{REVISION}'"  # noqa: S608 - ours
BROKEN = {
    "a dropped key": (
        "drop index todo.tasks_number_key",
        "create unique index tasks_number_key on todo.tasks (user_id, number, deleted_at) nulls not distinct",
        "indexes",
    ),
    "a dropped primary key": (
        "alter table todo.events drop constraint events_pkey",
        "alter table todo.events add constraint events_pkey primary key (id)",
        "indexes",
    ),
    "a view of somebody else's": (
        "alter view todo.own_tasks owner to todo",
        "alter view todo.own_tasks owner to todo_app; set role todo_app; grant select on todo.own_tasks to todo",
        "wall",
    ),
    "a newer schema": (
        "update todo.alembic_version set version_num = '0099'",
        STAMPED,
        "schema",
    ),
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
        STAMPED,
        "schema",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_found_and_its_mend_mends(data_dir: Path, postgres: Postgres, what: str) -> None:
    breaking, mending, name = BROKEN[what]
    variables: dict[str, Any] = {"DATABASE_URL": postgres.url, "JWT_SECRET": "s" * 32}
    before = definitions(postgres)
    sql(postgres, breaking)
    try:
        code, found = look(data_dir, **variables)
        assert code == 1
        assert {name for name, check in found.items() if check["status"] == "fail"} == {name}
        mend = found[name]["mend"]
        if what == "an older schema":  # that is only said to be one
            assert mend == "Run `todo-server migrate`."
            return
        if what == "a newer schema":
            assert "migrate" not in mend
            return
        if name == "indexes":
            assert mend.startswith("Run `todo-server migrate`")
            assert command("migrate", "--data-dir", data_dir, **variables)[0] == 0
        else:
            who, _, statements = mend.partition(": ")
            sql(postgres, statements, superuser="superuser" in who)
        code, found = look(data_dir, **variables)
        assert code == 0, found
    except BaseException:
        sql(postgres, mending)
        raise
    finally:
        if name == "schema":
            sql(postgres, mending)
    assert definitions(postgres) == before


def test_an_index_that_cannot_be_made_is_said(data_dir: Path, postgres: Postgres) -> None:
    sql(postgres, "drop index todo.users_email_key")
    twice = "insert into todo.users (id, email, email_key) values (gen_random_uuid(), 'a@b.de', 'a@b.de')"
    sql(postgres, f"{twice}; {twice}")
    try:
        said = refusal("migrate", "--data-dir", data_dir)
    finally:
        sql(postgres, "delete from todo.users where email_key = 'a@b.de'")
    assert "The index users_email_key cannot be made: could not create unique index" in said
    assert "a@b.de" not in said
    code, out, _ = command("migrate", "--data-dir", data_dir)
    assert (code, "Made the index users_email_key again." in out) == (0, True)
    assert look(data_dir)[0] == 0


@pytest.mark.parametrize("arguments", [("migrate",), ("serve", "--port", "0"), ("upgrade",)])
def test_a_newer_schema_is_refused_in_a_sentence(data_dir: Path, postgres: Postgres, arguments: Any) -> None:
    sql(postgres, "update todo.alembic_version set version_num = '0099'")
    try:
        said = refusal(*arguments, "--data-dir", data_dir, DATABASE_URL=postgres.url, JWT_SECRET="s" * 32)
    finally:
        sql(postgres, STAMPED)
    assert said.endswith(" has the schema 0099, which this version does not know: it is of a newer one.")


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


def test_every_wrong_variable_is_listed_and_the_unknown_ones_too(tmp_path: Path) -> None:
    wrong: dict[str, Any] = {
        "DATABASE_URL": "mysql://ada:s3cret@h/x",
        "NEON_DATABASE_URL_UNPOOLED": "nothing",
        "TODO_POOL_SIZE": "many",
        "REGISTRATION": "maybe",
        "JWT_SECRET": "short",
        "TRUSTED_PROXIES": "all",
        "PUBLIC_URL": "garden",
    }
    code, out, _ = command("check", "--json", "--data-dir", tmp_path / "data", TODO_TYPO="1", **wrong)
    checks = json.loads(out)["checks"]
    failed = [check["detail"] for check in checks if check["status"] == "fail"]
    assert code == 1
    assert len(failed) == len(wrong)
    assert {said.split()[0] for said in failed} == set(wrong)
    assert [check["detail"].split()[0] for check in checks if check["status"] == "warn"] == ["TODO_TYPO"]
    assert "s3cret" not in out


def test_strict_counts_warnings(data_dir: Path, postgres: Postgres) -> None:
    code, found = look(data_dir, "--strict")
    assert found["backups"]["status"] == "warn"
    assert code == 1


def test_the_server_s_own_port_is_found(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        address = server.url.removeprefix("http://")
        code, out, _ = command("check", "--data-dir", server.data_dir)
        assert code == 0
        assert re.search(rf"^ok +port +A server answers on {re.escape(address)}\.$", out, re.MULTILINE)
        said = refusal("upgrade", "--data-dir", server.data_dir)
        assert "stop it, upgrade, and start it again" in said
        assert "--into" not in said
    assert "A server answers" not in command("check", "--data-dir", tmp_path / "data")[1]


def settings_of(data_dir: Path, backups: Path) -> Settings:
    return load_settings().model_copy(update={"data_dir": data_dir, "backup_dir": str(backups)})


def test_where_backups_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    [found] = surroundings.backups_disk(settings_of(tmp_path, tmp_path / "file" / "backups"))
    assert (found.verdict, "is no folder" in found.says) == ("fail", True)
    with small_disk(tmp_path / "other", 2**20) as disk:
        [found] = surroundings.backups_disk(settings_of(tmp_path, disk / "backups"))
        assert (found.verdict, found.name) == ("warn", "backup disk")
        subprocess.run(["/bin/mount", "-o", "remount,ro", disk], check=True)
        code, checks = look(tmp_path / "data", TODO_BACKUP_DIR=str(disk / "backups"))
        assert code == 1
        assert checks["backup disk"]["status"] == "fail"
        assert "remount,rw" in checks["backup disk"]["mend"]


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
    made = new_backup_id(datetime.now(UTC) - timedelta(hours=hours))
    history.record(Folder(tmp_path / "backups"), history.VERIFIED, made, good=True)
    settings = load_settings().model_copy(update={"data_dir": tmp_path})
    assert [one.verdict for one in surroundings.backups(settings)] == [verdict]


@pytest.mark.parametrize(("off", "verdict"), [(0, "ok"), (10, "warn"), (-10, "warn"), (120, "fail"), (-120, "fail")])
def test_a_clock_that_goes_wrong(off: int, verdict: str) -> None:
    class Connection:
        async def fetchval(self, _sql: str) -> datetime:
            return datetime.now(UTC) + timedelta(seconds=off)

    assert asyncio.run(_clock(Connection())).verdict == verdict
