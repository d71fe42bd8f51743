"""The commands in the documents for people who use it, run as they stand."""

import json
from pathlib import Path

from tests.conftest import PASSWORD
from tests.docs.stage import stage_of


def test_the_readme(tmp_path: Path) -> None:
    with stage_of("README.md", tmp_path) as stage:
        stage.serve()
        assert '"completed":true' in stage.run("A=http://127.0.0.1:8000").replace(" ", "")
        assert "[ ] 1 Buy milk" in stage.run(".venv/bin/todo add")
        assert "1 imported" in stage.run(".venv/bin/todo-server import-json")
        assert "ada@example.com" in stage.run(".venv/bin/todo-server users list")
        assert "admin" in stage.shell(".venv/bin/todo-server users list", "afterwards")


def test_the_console(tmp_path: Path) -> None:
    with stage_of("docs/console.md", tmp_path) as stage:
        server = stage.serve()
        with server.client() as client:
            client.post("/api/auth/register", json={"email": "ada@example.com", "password": PASSWORD})
        stage.names["https://todo.example.org"] = server.url
        stage.run("printf")
        assert "ada@example.com" in stage.shell("todo status", "afterwards")


def test_importing(tmp_path: Path) -> None:
    with stage_of("docs/importing.md", tmp_path) as stage:
        for person in ("ada", "grace"):
            stage.shell(f"todo-server users create {person}@example.org", "before")
        records = [{"id": 1, "title": f"Of {name}", "user_id": name} for name in ("ada", "grace")]
        (stage.folder / "tasks.json").write_text(
            json.dumps([*records, {"id": 2, "title": ""}, {"id": 3, "title": "x"}])
        )
        assert "3 imported" in stage.run("todo-server import-json")
