"""What the page exports goes back in: by each of the programs that the page and its documents name."""

import contextlib
import csv
import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.conftest import BIN, Person, Server, clean_environment, register
from tests.e2e.conftest import Account

TASKS = [
    {"title": "=1+1", "description": ""},
    {"title": "'=x", "description": "two\nlines, =2"},
    {"title": 'Say "hi", Grüße 🎉 שלום', "description": "'quoted'"},
    {"title": "-5", "description": "@me"},
]


@pytest.fixture
def files(page: Page, ada: Account, tmp_path: Path) -> dict[str, Path]:
    """Ada's tasks as the page saves them; the second is done, the fourth has gone."""
    for task in TASKS:
        assert ada.call("POST", "/api/v1/tasks", task).status == 201
    assert ada.call("PATCH", "/api/v1/tasks/2", {"completed": True}).status == 200
    assert ada.call("DELETE", "/api/v1/tasks/4").status == 204
    page.goto("/settings")
    found = {}
    for kind in ("json", "csv"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Export as {kind.upper()}").click()
        assert saved.value.suggested_filename.endswith(f".{kind}")
        found[kind] = tmp_path / f"export.{kind}"
        saved.value.save_as(found[kind])
    return found


def texts(tasks: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [(task["title"], task["description"], task["completed"]) for task in tasks]


EXPECTED = [(one["title"], one["description"], place == 1) for place, one in enumerate(TASKS[:3])]


def run(program: str, *words: str, **variables: str) -> str:
    done = subprocess.run(
        [BIN / program, *words],
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def whole(person: Person) -> list[tuple[object, ...]]:
    return [
        (task["number"], task["title"], task["description"], task["completed"], task["created_at"], task["updated_at"])
        for task in person.tasks()
    ]


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_todo_import_makes_new_tasks_of_both_files(files: dict[str, Path], tmp_path: Path, kind: str) -> None:
    own = {"TODO_STORAGE_FILE": str(tmp_path / "own.json"), "TODO_CONFIG_DIR": str(tmp_path / "config")}
    run("todo", "import", str(files[kind]), "--yes", **own)
    assert texts(json.loads(run("todo", "--json", "list", **own))["tasks"]) == EXPECTED


def test_the_other_ways_keep_numbers_and_times(
    files: dict[str, Path], ada: Account, server: Server, tmp_path: Path
) -> None:
    records = json.loads(files["json"].read_text())
    before = [tuple(record.values()) for record in records]
    assert texts(records) == EXPECTED

    def push(person: Person) -> None:
        token = person.client.post("/api/auth/tokens", json={"name": "push"}).json()["token"]
        held = {"TODO_STORAGE_FILE": str(files["json"]), "TODO_CONFIG_DIR": str(tmp_path / "config")}
        run("todo", "push", TODO_SERVER=server.url, TODO_TOKEN=token, **held)

    def operator(person: Person) -> None:
        place = ("--data-dir", str(server.data_dir))
        run("todo-server", "import-json", str(files["json"]), "--default-user", person.email, *place, **server.beside)

    def program(person: Person) -> None:
        person.client.post("/api/v1/tasks/import", json={"tasks": records}).raise_for_status()

    for way in (push, operator, program):
        person = register(server, way.__name__)
        with contextlib.closing(person.client):
            way(person)
            assert whole(person) == before, way
            way(person)
            assert whole(person) == before, f"{way} again"


def test_the_csv_says_that_it_is_utf_8_and_runs_in_no_spreadsheet(files: dict[str, Path]) -> None:
    assert files["csv"].read_bytes().startswith(b"\xef\xbb\xbfid,title,")
    rows = list(csv.reader(files["csv"].read_text("utf-8-sig").splitlines(keepends=True)))
    assert [row[1] for row in rows[1:]] == ["'=1+1", "''=x", 'Say "hi", Grüße 🎉 שלום']
