"""Export and import: what comes back, what is told to be lost, and that nothing is written before."""

import csv
import json
from pathlib import Path

import pytest

from tests.console.calls import Console

TITLES = [
    "=1+1",
    "'=x",
    "''-y",
    "+49",
    "-5",
    "@me",
    'a "b", c',
    "Grüße 🎉 שלום",
    "'quoted'",
    "x y",
    "(A) call +home @phone",
]


@pytest.fixture
def filled(todo: Console) -> Console:
    for title in TITLES:
        todo("add", "--", title, "two\nlines, =2" if title == "-5" else "")
    todo("complete", "2,8")
    return todo


def texts(todo: Console) -> list[tuple[object, ...]]:
    return [(task["title"], task["description"], task["completed"]) for task in todo.tasks()]


@pytest.mark.parametrize("name", ["json", "csv", "taskwarrior", "todo.txt"])
def test_there_and_back(filled: Console, tmp_path: Path, name: str) -> None:
    before = texts(filled)
    file = str(tmp_path / "out")
    assert filled.json("export", file, "--format", name)["exported"] == len(TITLES)
    assert filled("export", file, "--format", name).code == 1
    filled("clear", "--yes")
    assert filled("import", file, "--format", name, "--dry-run").code == 0
    assert texts(filled) == []
    assert filled("import", file, "--format", name).code == 1
    assert filled.json("import", file, "--format", name, "--yes")["imported"] == len(TITLES)
    expected = [(title, "", done) for title, _, done in before] if name == "todo.txt" else before
    assert texts(filled) == expected
    assert filled.json("undo")["undone"] == f"add 1-{len(TITLES)}"


def test_no_spreadsheet_runs_a_title(filled: Console) -> None:
    rows = list(csv.reader(filled("export", "--format", "csv").out.splitlines(keepends=True)))
    assert not any(cell[:1] in ("=", "+", "-", "@") for row in rows[1:] for cell in row)
    assert rows[1][1] == "'=1+1"


def test_losses_and_refusals_are_told(todo: Console, tmp_path: Path) -> None:
    file = tmp_path / "theirs.json"
    file.write_text(
        json.dumps(
            [
                {
                    "description": "Call Ada",
                    "status": "pending",
                    "project": "home",
                    "annotations": [{"description": "soon"}],
                },
                {"description": "x" * 101, "status": "pending"},
                {"description": "gone", "status": "deleted"},
                7,
            ]
        )
    )
    answer = todo.json("import", str(file), "--format", "taskwarrior", "--dry-run")
    assert answer["imported"] == 0
    assert [one[:2] for one in answer["refused"]] == ["2:", "3:", "4:"]
    assert "the field project" in answer["losses"]
    told = todo("import", str(file), "--format", "taskwarrior", "--dry-run").err.splitlines()
    assert told[0] == "1 task to add, 3 refused."
    assert "Not carried: the field project." in told
    assert not todo.path.exists()


def test_todo_txt_of_others(todo: Console, tmp_path: Path) -> None:
    file = tmp_path / "todo.txt"
    file.write_text("(A) 2026-01-02 Call Ada +home @phone\nx 2026-01-03 2026-01-02 Pay due:2026-02-01\n\nxylophone\n")
    todo("import", str(file), "--yes")
    assert texts(todo) == [
        ("(A) Call Ada +home @phone", "", False),
        ("Pay due:2026-02-01", "", True),
        ("xylophone", "", False),
    ]


@pytest.mark.parametrize("data", [b"", b"{", b"7", b"\xff", b'{"tasks": 7}', b"[" * 100_000])
@pytest.mark.parametrize("name", ["json", "taskwarrior"])
def test_what_is_no_list_of_tasks(todo: Console, tmp_path: Path, data: bytes, name: str) -> None:
    file = tmp_path / "broken"
    file.write_bytes(data)
    outcome = todo("import", str(file), "--format", name, "--yes")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.count("\n") == 1
    assert todo("import", str(tmp_path / "none")).code == 1
    assert todo("export", "--format", "xml").code == 1


def test_a_script_can_look_first(todo: Console, tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text(json.dumps([{"title": "a", "project": "x"}, {"title": ""}]))
    told = {"to_add": 1, "imported": 0, "refused": ["2: Title cannot be empty."]}
    told["losses"] = ["ids, users and times: the tasks get new ones", "the field project"]
    asked = todo("import", str(file), "--json")
    assert (asked.code, asked.err) == (1, "")
    sentence = "Importing adds tasks: without a terminal it needs --yes."
    assert asked.json == {"success": False, "error": sentence, "error_code": 1, "dry_run": False, **told}
    assert todo.json("import", str(file), "--dry-run") == {"success": True, "dry_run": True, **told}
    plain = todo("import", str(file))
    assert plain.err.splitlines()[-1] == f"todo: {sentence}"
    assert todo("import", str(file), "--dry-run").err.splitlines() == plain.err.splitlines()[:-1]
    assert not todo.path.exists()


def test_one_is_no_several(todo: Console, tmp_path: Path) -> None:
    file = str(tmp_path / "todo.txt")
    todo("add", "a\nb", "described")
    told = todo("export", file).err.splitlines()
    assert told[1:] == [
        "Not carried: the descriptions of 1 task.",
        "Not carried: 1 title that will be read differently.",
        f"Exported 1 task to {file}.",
    ]
    told = todo("import", file, "--yes").err.splitlines()
    assert (told[0], told[-1]) == ("1 task to add, 0 refused.", "Added 1 task.")
