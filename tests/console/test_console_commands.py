"""Each command in both faces, and each refusal beside its success."""

import re
import time

import pytest

from tests.console.calls import Console, record
from tests.rule_cases import TYPED_NUMBER_CASES

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
FIELDS = ["id", "title", "description", "completed", "user_id", "created_at", "updated_at"]


def test_a_new_task_has_all_fields_of_the_format(todo: Console) -> None:
    task = todo.json("add", "Call Ada", "about the engine")["task"]
    assert list(task) == FIELDS
    assert task["id"] == 1
    assert task["completed"] is False
    assert task["user_id"] == "cli-user"
    assert TIME.fullmatch(task["created_at"])
    assert task["created_at"] == task["updated_at"]
    assert todo.records == [task]


def test_numbers_are_the_highest_present_and_one(todo: Console) -> None:
    for title in "abc":
        todo("add", title)
    todo("delete", "1")
    assert todo.json("add", "d")["task"]["id"] == 4
    todo("delete", "4")
    assert todo.json("add", "e")["task"]["id"] == 4


def test_no_number_is_left(todo: Console) -> None:
    todo.holds([record(2**53 - 1)])
    outcome = todo("add", "one too many")
    assert (outcome.code, outcome.out) == (1, "")
    assert "No number is left" in outcome.err


def test_list_filters_and_keeps_the_order_of_id(todo: Console) -> None:
    todo.holds([record(3, "Engine"), record(1, "Moth", completed=True), record(2, "Wire", description="ENGINE room")])
    assert todo("list").out == "[x] 1 Moth\n[ ] 2 Wire\n[ ] 3 Engine\n"
    assert todo("list", "--pending").out == "[ ] 2 Wire\n[ ] 3 Engine\n"
    assert todo("list", "--completed").out == "[x] 1 Moth\n"
    assert todo("list", "--pending", "--completed").out == todo("list").out
    assert todo("list", "--search", "engine").out == "[ ] 2 Wire\n[ ] 3 Engine\n"
    assert todo("list", "--search=ENGINE", "--completed").out == ""
    assert todo("list", "--search", "").out == todo("list").out
    assert todo("list", "--search", "x" * 201).code == 1


def test_an_empty_list_is_told_apart_from_data(todo: Console) -> None:
    assert todo.json("list") == {"tasks": []}
    outcome = todo("list")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "There are no tasks.\n")
    assert not todo.path.exists()


def test_show_prints_all_fields(todo: Console) -> None:
    todo.holds([record(7, "Call Ada", description="one\ntwo", completed=True, created_at=None)])
    outcome = todo("show", "7")
    assert outcome.out.startswith(
        "id:          7\ntitle:       Call Ada\ndescription: one\n             two\ncompleted:   yes\n"
        "user_id:     cli-user\ncreated_at:  unknown\nupdated_at:  2026-01-09T"
    )
    assert todo.json("show", "7")["task"]["created_at"] is None


@pytest.mark.parametrize(
    ("command", "before", "after"),
    [
        ("complete", False, True),
        ("complete", True, True),
        ("incomplete", False, False),
        ("incomplete", True, False),
        ("toggle", False, True),
        ("toggle", True, False),
    ],
)
def test_completion_changes_nothing_else(todo: Console, command: str, *, before: bool, after: bool) -> None:
    todo.holds([record(1, completed=before, updated_at="2999-01-01T00:00:00Z", extra=[1.10])])
    task = todo.json(command, "1")["task"]
    assert task["completed"] is after
    assert task["updated_at"] == "2999-01-01T00:00:00.000001Z"
    assert todo.records == [record(1, completed=after, updated_at=task["updated_at"], extra=[1.10])]


def test_update_keeps_what_is_not_said(todo: Console) -> None:
    todo.holds([record(1, description="kept", completed=True)])
    task = todo.json("update", "1", "  New title ")["task"]
    assert (task["title"], task["description"], task["completed"]) == ("New title", "kept", True)
    assert todo.records[0]["created_at"] == "2026-01-09T10:07:00"
    assert todo.json("update", "1", "Newer", "")["task"]["description"] == ""


def test_updated_at_always_moves(todo: Console) -> None:
    times = [todo.json("add", "Call Ada")["task"]["updated_at"]]
    for _ in range(5):
        times.append(todo.json("complete", "1")["task"]["updated_at"])
        times.append(todo.json("update", "1", "Call Ada")["task"]["updated_at"])
    assert times == sorted(set(times))
    todo.holds([record(1, updated_at="9999-12-31T23:59:59.999999Z")])
    assert todo("complete", "1").code == 0


def test_times_without_zone_are_local(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    todo.holds([record(1, updated_at="2026-07-09T10:07:00+05:30")])
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        task = todo.json("show", "1")["task"]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert task["created_at"] == "2026-01-09T15:07:00.000000Z"
    assert task["updated_at"] == "2026-07-09T04:37:00.000000Z"


def test_delete(todo: Console) -> None:
    todo("add", "Call Ada")
    assert todo.json("delete", "1") == {"success": True, "deleted": 1}
    assert todo.records == []
    assert todo("delete", "1").code == 2


@pytest.mark.parametrize("command", ["show", "complete", "incomplete", "toggle", "delete"])
@pytest.mark.parametrize("word", ["99", *[text for text, number in TYPED_NUMBER_CASES if number is None]])
def test_no_such_task_and_no_id_are_2(todo: Console, command: str, word: str) -> None:
    todo("add", "Call Ada")
    before = todo.path.read_bytes()
    outcome = todo(command, word)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("todo: There is no task")
    assert todo(command, word, "--json").json["error_code"] == 2
    assert todo("update", word, "title").code == 2
    assert todo.path.read_bytes() == before


def test_clear_without_terminal_needs_yes(todo: Console) -> None:
    for title in ("one", "two", "three"):
        todo("add", title)
    todo("complete", "2")
    refused = todo("clear", "--json")
    assert (refused.code, refused.json["error_code"]) == (1, 1)
    assert "--yes" in refused.json["error"]
    assert len(todo.tasks()) == 3
    assert todo.json("clear", "--completed", "--yes") == {"success": True, "deleted": 1}
    assert [task["id"] for task in todo.tasks()] == [1, 3]
    assert todo.json("clear", "--yes")["deleted"] == 2
    assert todo.json("clear", "--yes")["deleted"] == 0
    assert todo.records == []
