"""The commands in the documents for people who run it, run as they stand."""

import shutil
from pathlib import Path

import pytest

from api.database.embedded.place import Place
from api.database.schema import REVISION
from tests.docs.pages import ROOT
from tests.docs.stage import stage_of
from tests.ops.programs import program
from tests.upgrade.conftest import NEXT, ask, next_version, state_of


def test_monitoring(tmp_path: Path) -> None:
    for name, package in (
        ("promtool", "prometheus"),
        ("amtool", "prometheus-alertmanager"),
        ("psql", "postgresql-client"),
    ):
        program(name, package)
    with stage_of("docs/monitoring.md", tmp_path) as stage:
        stage.serve()
        inside = Place(stage.data_dir.resolve())
        kept = stage.folder / "etc-prometheus"
        kept.mkdir()
        stage.names |= {"/opt/todo": str(ROOT), "/etc/prometheus": str(kept), "/etc/todo/todo.env": str(stage.todo_env)}
        assert "\nok" in stage.run(".venv/bin/todo-server check")
        stage.shell("todo-server users create ada@example.com", "before")
        stage.run(".venv/bin/todo-server users make-admin")
        stage.run("apt-get install -y prometheus")
        assert stage.todo_env.read_text() == f"TODO_METRICS_TOKEN={(kept / 'todo-token').read_text()}"
        assert (kept / "todo-token").stat().st_mode & 0o777 == 0o600

        stage.names |= {
            "/var/lib/todo": str(stage.data_dir),
            "/var/lib/todo/socket": str(inside.socket),
            "NAME": "gone",
        }
        superuser = f"postgresql://postgres:{inside.superuser_password.read_text().strip()}@/todo?host={inside.socket}"
        ask(superuser, "select pg_create_physical_replication_slot('gone', true)", "select")
        assert "gone" in stage.run("export PGPASSWORD")
        stage.names["/var/lib/todo"] = str(tmp_path / "other")
        stage.run(".venv/bin/pip install")


def test_deployment(tmp_path: Path) -> None:
    with stage_of("docs/deployment.md", tmp_path) as stage:
        stage.data_dir.mkdir()
        stage.install_admin("DATABASE_URL=postgresql://todo@127.0.0.1:1/todo", f"JWT_SECRET={'x' * 40}")
        with pytest.raises(AssertionError, match=r"127\.0\.0\.1"):
            stage.shell("todo-admin users list", "a database of the service's own")
        assert not list(stage.data_dir.iterdir()), "no database is made in its place"
        stage.install_admin()
        stage.run("todo-admin users create")
        assert "ada@example.com" in stage.shell("todo-admin users list", "afterwards")
        shutil.copytree(ROOT / "ops", stage.folder / "ops")
        stage.run("cd ops/docker")
        kept = stage.folder / "ops" / "docker" / "secrets"
        assert [len(path.read_text()) for path in kept.iterdir()] == [49, 49]


def test_operations(tmp_path: Path) -> None:
    with stage_of("docs/operations.md", tmp_path) as stage:
        inside = Place(stage.data_dir.resolve())
        stage.names |= {"/var/lib/todo": str(stage.data_dir), "/var/lib/todo/socket": str(inside.socket)}
        stage.names |= {"/opt/todo": str(ROOT), "/usr/local/sbin": str(tmp_path / "sbin")}
        (tmp_path / "sbin").mkdir()
        stage.run("install")
        elsewhere = tmp_path / "another-disk"
        stage.install_admin("TODO_BACKUPS=on", f"TODO_BACKUP_DIR={elsewhere}")
        stage.shell("systemctl start todo", "before")
        assert "\nok" in stage.run("todo-admin check")
        stage.run("todo-admin users list")

        # The version after this one is put in place, and the server of this one still runs.
        stage.variables["PYTHONPATH"] = str(next_version(tmp_path / "next", "comment on table todo.tasks is null"))
        said = stage.run("todo-admin backup create --physical")
        assert (elsewhere / "physical").is_dir()
        assert not (stage.data_dir / "backups").exists()
        assert "Nothing live was touched." in said
        assert f"Schema {REVISION} to {NEXT}" in said
        back = said.splitlines()[-1].removeprefix("Back: ").partition(", then")[0].replace("todo-server", "todo-admin")
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
