"""The commands in the documents for people who run it, run as they stand."""

import shutil
from pathlib import Path

from api.database.embedded.place import Place
from api.database.schema import REVISION
from tests.docs.pages import ROOT
from tests.docs.stage import stage_of
from tests.upgrade.conftest import NEXT, next_version, state_of


def test_monitoring(tmp_path: Path) -> None:
    with stage_of("docs/monitoring.md", tmp_path) as stage:
        stage.serve()
        stage.names["/var/lib/todo"] = str(tmp_path / "other")
        assert "\nok" in stage.run(".venv/bin/todo-server check")
        stage.shell("todo-server users create ada@example.com", "before")
        stage.run(".venv/bin/todo-server users make-admin")
        stage.run(".venv/bin/pip install")


def test_deployment(tmp_path: Path) -> None:
    with stage_of("docs/deployment.md", tmp_path) as stage:
        stage.data_dir.mkdir()
        stage.names |= {"/var/lib/todo": str(stage.data_dir), "/opt/todo": str(stage.folder)}
        stage.run("cd /var/lib/todo && runuser")
        shutil.copytree(ROOT / "ops", stage.folder / "ops")
        stage.run("cd ops/docker")
        kept = stage.folder / "ops" / "docker" / "secrets"
        assert [len(path.read_text()) for path in kept.iterdir()] == [49, 49]


def test_operations(tmp_path: Path) -> None:
    with stage_of("docs/operations.md", tmp_path) as stage:
        inside = Place(stage.data_dir.resolve())
        stage.names |= {"/var/lib/todo": str(stage.data_dir), "/var/lib/todo/socket": str(inside.socket)}
        stage.variables["TODO_BACKUPS"] = "on"
        stage.shell("systemctl start todo", "before")
        assert "\nok" in stage.run("todo-server check")
        stage.run("todo-server users list")

        # The version after this one is put in place, and the server of this one still runs.
        stage.variables["PYTHONPATH"] = str(next_version(tmp_path / "next", "comment on table todo.tasks is null"))
        said = stage.run("todo-server backup create --physical")
        assert "Nothing live was touched." in said
        assert f"Schema {REVISION} to {NEXT}" in said
        back = said.splitlines()[-1].removeprefix("Back: ").partition(", then")[0]
        stage.shell("systemctl stop todo", "afterwards")
        assert state_of(stage.data_dir)["revision"] == NEXT
        del stage.variables["PYTHONPATH"]
        stage.shell(back, "the line `Back:`")
        assert state_of(stage.data_dir)["revision"] == REVISION

        stage.shell("systemctl start todo", "before")
        password = inside.owner_password.read_text().strip()
        stage.variables["NEON_DATABASE_URL_UNPOOLED"] = f"postgresql://todo:{password}@/todo?host={inside.socket}"
        assert "tasks" in stage.run('psql "$NEON')
        del stage.variables["NEON_DATABASE_URL_UNPOOLED"]
        assert "REINDEX" in stage.run("export PGPASSWORD")
