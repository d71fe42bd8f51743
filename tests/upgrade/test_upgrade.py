"""To the schema of this version: rehearsed, made and taken back; what goes wrong has never happened."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from api.database.embedded import running
from api.database.migrations import migrate
from api.database.schema import REVISION
from api.database.url import Target, parse_url
from server.upgrade.report import UpgradeError
from server.upgrade.witness import Witness
from tests.backup.conftest import url_of
from tests.database.conftest import Cluster
from tests.upgrade.conftest import NEXT, STATE, TASKS, ask, fill, next_version, state_of, todo_server


def test_an_older_data_directory_is_rehearsed_upgraded_and_taken_back(data_dir: Path) -> None:
    with running(data_dir) as postgres:
        old = fill(parse_url(postgres.url), postgres.superuser_url, "0003")
    assert "backup create --physical" in todo_server(data_dir, "upgrade", "--rehearse").refusal
    made = todo_server(data_dir, "backup", "create", "--physical", "--json").report
    rehearsed = todo_server(data_dir, "upgrade", "--rehearse", "--json").report
    assert (rehearsed["ok"], rehearsed["backup"]) == (True, made["id"])
    assert (rehearsed["revision_before"], rehearsed["revision_after"]) == ("0003", REVISION)
    assert {"table": "tasks", "rows": TASKS, "rewritten": False} in rehearsed["tables"]
    assert state_of(data_dir) == old
    with running(data_dir, serving=True):
        assert "is running on" in todo_server(data_dir, "upgrade").refusal
    done = todo_server(data_dir, "upgrade", "--json").report
    assert done["ok"]
    assert done["tables"] == rehearsed["tables"]
    new = state_of(data_dir)
    assert (new["revision"], new["tasks"], new["sum"]) == (REVISION, old["tasks"], old["sum"])
    assert todo_server(data_dir, "upgrade").output.startswith(f"The schema is {REVISION} already")
    back = done["back"].partition(" --data-dir")[0].removeprefix("todo-server ").split()
    assert todo_server(data_dir, *back).status == 0
    assert state_of(data_dir) == old
    assert not (data_dir / "recovering").exists()


@pytest.fixture
def older(make_empty: Callable[[], Target], cluster: Cluster) -> Target:
    target = make_empty()
    fill(target, _superuser(cluster, target), "0005")
    return target


def _superuser(cluster: Cluster, target: Target) -> str:
    return url_of(cluster.superuser).replace("/todo?", f"/{target.database}?")


class Sabotaged(Witness):
    """Migrations that do something more. `rewrites` is what they admit to."""

    def __init__(self, statement: str, *rewrites: str) -> None:
        super().__init__()
        self._statement = statement
        self._module = ModuleType("step")
        self._module.__dict__["REWRITES"] = rewrites

    def before(self, connection: Connection, script: ScriptDirectory) -> None:
        told: Any = SimpleNamespace(
            walk_revisions=script.walk_revisions,
            iterate_revisions=lambda *_: [SimpleNamespace(module=self._module)],
        )
        super().before(connection, told)

    def after(self, connection: Connection, context: MigrationContext) -> None:
        connection.execute(text("alter table todo.tasks no force row level security"))
        connection.execute(text(self._statement))
        connection.execute(text("alter table todo.tasks force row level security"))
        super().after(connection, context)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("delete from todo.tasks where number = 7", "rows of the table tasks would be changed"),
        ("update todo.tasks set title = title || '!' where number = 7", "rows of the table tasks would be changed"),
        ("alter table todo.tasks rename column description to words", "a column of it would be gone"),
        ("alter table todo.users add column colour text", "not the one that this version is written for"),
        ("alter table todo.events disable row level security", "row-level security is off on events"),
    ],
)
def test_what_a_migration_does_not_admit_is_rolled_back(
    older: Target, cluster: Cluster, statement: str, why: str
) -> None:
    before = ask(_superuser(cluster, older), STATE)
    with pytest.raises(UpgradeError, match=why):
        migrate(older, onlooker=Sabotaged(statement))
    assert ask(_superuser(cluster, older), STATE) == before


def test_what_it_admits_is_let_through(older: Target, cluster: Cluster) -> None:
    migrate(older, onlooker=Sabotaged("delete from todo.tasks where number = 7", "tasks"))
    after = ask(_superuser(cluster, older), STATE)
    assert (after["revision"], after["tasks"]) == (REVISION, TASKS - 1)
    forced = "select bool_and(relforcerowsecurity) from pg_class where relname in ('tasks', 'users', 'events')"
    assert ask(_superuser(cluster, older), forced)[0]


def test_the_version_after_this_one_on_a_database_of_a_url(
    data_dir: Path, tmp_path: Path, cluster: Cluster, make_empty: Callable[[], Target]
) -> None:
    target, other = make_empty(), make_empty()
    old = fill(target, _superuser(cluster, target), REVISION)
    url = url_of(target)
    assert todo_server(data_dir, "backup", "create", "--json", url=url).report["verified"]
    good = next_version(tmp_path / "good", "comment on table todo.tasks is null")
    bad = next_version(tmp_path / "bad", "select 1 / 0 from todo.users")
    rehearsed = todo_server(data_dir, "upgrade", "--rehearse", "--json", code=good, url=url).report
    assert (rehearsed["revision_before"], rehearsed["revision_after"]) == (REVISION, NEXT)
    assert "rolled back" in todo_server(data_dir, "upgrade", code=bad, url=url).refusal
    assert ask(_superuser(cluster, target), STATE) == old
    done = todo_server(data_dir, "upgrade", "--json", code=good, url=url).report
    assert ask(_superuser(cluster, target), STATE)["revision"] == NEXT
    assert "of a newer one" in todo_server(data_dir, "upgrade", url=url).refusal
    empty = url_of(replace(other, password=None)).replace(":@", "@")
    restore = ("backup", "restore", done["backup"], "--into", empty)
    assert todo_server(data_dir, *restore, url=url, password=str(other.password)).status == 0
    assert ask(_superuser(cluster, other), STATE) == old
