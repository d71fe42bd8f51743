"""The file: what nobody asked to change stays to the letter, and what is no list of tasks is left alone."""

import json
from pathlib import Path

import pytest

from tests.console.calls import Console, record

STRANGE = b"""[
  {"id": 1, "title": "Call Ada", "title": "Call Grace", "user_id": "cli-user", "big": 123456789012345678901234567890,
   "float": 1.10, "huge": 1e400, "minus": -0.0, "half": "\\ud83d", "e": "\\u00e9", "deep": {"a": [1.0, {"b": null}]}},
  {"id": 2, "title": "", "half": "\\ud83d", "n": 1.50},
  "just a string", 12.0, null, [ ], {},
  {"id": 3, "title": "Grace's", "user_id": "grace", "pi": 3.140}
]
"""


@pytest.mark.parametrize("name", ["current", "legacy", "mixed-users", "duplicate-ids", "invalid-records"])
def test_adding_and_deleting_leaves_the_rest_to_the_letter(todo: Console, samples: Path, name: str) -> None:
    before = (samples / f"{name}.json").read_bytes()
    todo.holds(before)
    number = todo.json("add", "passing through")["task"]["id"]
    assert todo.records[:-1] == json.loads(before)
    todo("delete", str(number))
    assert todo.records == json.loads(before)
    if name != "invalid-records":  # its last record is spelled on one line
        assert todo.path.read_bytes() == before


def test_every_spelling_survives(todo: Console) -> None:
    todo.holds(STRANGE)
    task = todo.json("complete", "1")["task"]
    assert task["title"] == "Call Grace"
    todo("add", "new")
    text = todo.path.read_text()
    for spelling in (
        '"title": "Call Ada"',
        '"title": "Call Grace"',
        '"big": 123456789012345678901234567890',
        '"float": 1.10',
        '"huge": 1e400',
        '"minus": -0.0',
        '"half": "\\ud83d"',
        '"e": "\\u00e9"',
        '{"a": [1.0, {"b": null}]}',
        '{"id": 2, "title": "", "half": "\\ud83d", "n": 1.50}',
        '"just a string"',
        "12.0",
        "[ ]",
        '{"id": 3, "title": "Grace\'s", "user_id": "grace", "pi": 3.140}',
    ):
        assert spelling in text
    assert len(todo.records) == 9
    assert todo.records[0]["completed"] is True


def test_names_that_cannot_be_stored_stay_in_a_changed_record(todo: Console) -> None:
    todo.holds([record(1, **{"\ud83d": "\udfff", "n\x00": "\x00"})])
    assert todo("toggle", "1").code == 0
    assert todo.records[0]["\ud83d"] == "\udfff"
    assert todo.records[0]["n\x00"] == "\x00"


def test_invalid_records_are_named_each_time(todo: Console, samples: Path) -> None:
    todo.holds((samples / "invalid-records.json").read_bytes())
    outcome = todo("list", "--json")
    assert [task["id"] for task in outcome.json["tasks"]] == [1, 14]
    positions = [int(line.split("record ")[1].split()[0]) for line in outcome.err.splitlines()]
    assert positions == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16]
    assert "Title cannot be longer than 100 characters; this one has 101." in outcome.err
    assert todo("show", "2").err.startswith(outcome.err)
    assert todo("show", "2").code == 2


def test_a_new_task_takes_no_number_of_a_broken_record(todo: Console) -> None:
    todo.holds([record(1), record(2, title=""), record(3, user_id="grace", completed=1), record(4, completed=1)])
    assert todo.json("add", "new", "--user-id", "cli-user")["task"]["id"] == 3
    assert todo.json("add", "newer", "--user-id", "cli-user")["task"]["id"] == 5


def test_of_two_records_with_one_id_the_later_is_the_task(todo: Console, samples: Path) -> None:
    before = (samples / "duplicate-ids.json").read_bytes()
    todo.holds(before)
    assert todo("list").out == "[ ] 1 one\n[x] 2 two, later version\n[ ] 3 three\n"
    todo("update", "2", "two, last version")
    assert todo.records[1] == json.loads(before)[1]
    assert todo.records[3]["title"] == "two, last version"
    todo("delete", "2")
    assert [value["id"] for value in todo.records] == [1, 3]
    todo("undo")
    todo("undo")
    assert todo.records == json.loads(before)


def test_clearing_completed_follows_the_later_record(todo: Console) -> None:
    todo.holds([record(1, completed=True), record(2), record(1), record(2, completed=True)])
    assert todo.json("clear", "--completed", "--yes")["deleted"] == 1
    assert [value["id"] for value in todo.records] == [1, 1]


def test_the_older_format_loses_nothing(todo: Console, samples: Path) -> None:
    todo.holds((samples / "legacy.json").read_bytes())
    task = todo.json("complete", "1")["task"]
    assert (task["title"], task["created_at"], task["user_id"]) == ("First old task", None, "cli-user")
    assert todo.records[0] == {
        "id": 1,
        "content": "First old task",
        "completed": True,
        "updated_at": task["updated_at"],
    }
    task = todo.json("update", "2", "New")["task"]
    assert todo.records[1] == {"id": 2, "title": "New", "completed": True, "updated_at": task["updated_at"]}
    assert todo.json("show", "3")["task"]["updated_at"] is None


def test_title_wins_over_content(todo: Console) -> None:
    todo.holds([{"id": 1, "content": "old", "title": "new"}])
    assert todo.json("update", "1", "newest")["task"]["title"] == "newest"
    assert todo.records[0]["content"] == "old"


def test_a_byte_order_mark_and_long_numbers_are_read(todo: Console) -> None:
    todo.holds(b'\xef\xbb\xbf[{"id": 1, "title": "Call Ada", "n": ' + b"9" * 5000 + b"}]")
    assert todo("complete", "1").code == 0
    assert b'"n": ' + b"9" * 5000 in todo.path.read_bytes()
