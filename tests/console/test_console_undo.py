"""`undo`: records come back as they were, or nothing happens."""

import json

import pytest

from tests.console.calls import Console, record

STRANGE = b"""[
  {"id": 1, "title": "one", "user_id": "cli-user", "n": 1.10, "half": "\\ud83d"},
  {"id": 1, "title": "Grace's", "user_id": "grace"},
  {"id": 2, "content": "two", "completed": true},
  7,
  {"id": 2, "title": "two again", "completed": true, "user_id": null},
  {"id": 3, "title": "three"}
]"""


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["add", "new"], "add 4"),
        (["complete", "1"], "complete 1"),
        (["incomplete", "2"], "incomplete 2"),
        (["toggle", "3"], "toggle 3"),
        (["update", "2", "new", "newer"], "update 2"),
        (["delete", "2"], "delete 2"),
        (["clear", "--yes"], "clear"),
        (["clear", "--yes", "--completed"], "clear --completed"),
    ],
)
def test_every_change_comes_back_to_the_letter(todo: Console, words: list[str], name: str) -> None:
    todo.holds(STRANGE)
    todo(*words, "--user-id", "cli-user")
    assert todo.records != json.loads(STRANGE)
    assert todo.json("undo", "--user-id", "cli-user") == {"success": True, "undone": name}
    assert todo.path.read_bytes() == STRANGE
    outcome = todo("undo", "--json", "--user-id", "cli-user")
    assert (outcome.code, outcome.json["error_code"]) == (1, 1)


def test_nothing_to_undo(todo: Console) -> None:
    outcome = todo("undo")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "todo: There is nothing to undo.\n")
    todo("clear", "--yes")
    todo("delete", "7")
    assert todo("undo").code == 1
    assert not todo.path.exists()


def test_twenty_changes_go_back_and_no_more(todo: Console) -> None:
    for number in range(25):
        todo("add", f"task {number}")
    for number in range(25, 5, -1):
        assert todo("undo").err == f"Undone: add {number}.\n"
    assert todo("undo").code == 1
    assert len(todo.tasks()) == 5


def test_each_user_has_changes_of_their_own(todo: Console) -> None:
    ada, grace = ["--user-id", "ada"], ["--user-id", "grace"]
    todo("add", "Ada's", *ada)
    for number in range(21):
        todo("add", f"Grace's {number}", *grace)
    todo("delete", "1", *ada)
    todo("delete", "5", *grace)
    assert todo.json("undo", *ada)["undone"] == "delete 1"
    assert todo.json("undo", *ada)["undone"] == "add 1"
    assert todo("undo", *ada).code == 1
    assert todo.json("undo", *grace)["undone"] == "delete 5"
    assert len(todo.tasks(*grace)) == 21


@pytest.mark.parametrize(
    "words", [["complete", "1"], ["update", "1", "new"], ["delete", "1"], ["add", "two"], ["clear", "--yes"]]
)
@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda records: [record(1, "theirs"), record(2, "theirs")],
        lambda records: [*records, record(1, "a later one"), record(2, "a later one")],
        lambda records: [{**value, "completed": 1} for value in records] or [record(1)],
    ],
    ids=["changed", "added", "broken"],
)
def test_what_another_program_changed_stays(todo: Console, words: list[str], meanwhile: object) -> None:
    todo("add", "one")
    todo(*words)
    assert callable(meanwhile)
    todo.holds(meanwhile(todo.records))
    before = todo.path.read_bytes()
    outcome = todo("undo", "--json")
    assert (outcome.code, outcome.json["error_code"]) == (5, 5)
    assert todo("undo").out == ""
    assert todo.path.read_bytes() == before


def test_a_task_deleted_by_another_program_is_a_conflict(todo: Console) -> None:
    todo("add", "one")
    todo.holds([])
    assert todo("undo").code == 5


def test_other_tasks_and_another_layout_are_no_conflict(todo: Console) -> None:
    todo("add", "one")
    todo("add", "two")
    todo("complete", "1")
    completed, other = todo.records
    todo.path.write_text(json.dumps([{**other, "title": "theirs"}, dict(reversed(completed.items())), 5]))
    assert todo.json("undo")["undone"] == "complete 1"
    assert [value if value == 5 else value["title"] for value in todo.records] == ["theirs", "one", 5]
    assert todo.records[1]["completed"] is False
