"""Whose tasks: nobody sees or touches another's."""

from pathlib import Path

import pytest

from tests.console.calls import Console, record


def ids(todo: Console, *words: str) -> list[int]:
    return [task["id"] for task in todo.tasks(*words)]


def test_each_user_sees_their_own(todo: Console, samples: Path) -> None:
    todo.holds((samples / "mixed-users.json").read_bytes())
    assert ids(todo, "--user-id", "ada") == [1, 2, 3]
    assert ids(todo, "--user-id=grace") == [1, 2]
    assert ids(todo, "--user-id", "6f1d2c3b-4a59-4e68-8f77-0123456789ab") == [1]
    assert ids(todo, "--user-id", "Ada") == []
    assert [task["title"] for task in todo.tasks()] == ["Nobody's old task"]
    assert todo.tasks()[0]["user_id"] == "cli-user"


def test_the_environment_names_the_default_user(todo: Console, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    todo.holds((samples / "mixed-users.json").read_bytes())
    monkeypatch.setenv("TODO_USER_ID", "grace")
    assert ids(todo) == [1, 2, 3]
    assert ids(todo, "--user-id", "ada") == [1, 2, 3]
    assert todo("show", "3", "--user-id", "ada").out.count("Ada: third") == 1
    assert ids(todo, "--user-id", "cli-user") == []
    monkeypatch.setenv("TODO_USER_ID", "")
    assert ids(todo) == [3]


def test_the_only_user_is_the_default(todo: Console) -> None:
    unnamed = {"id": 2, "content": "old"}
    todo.holds([record(1, user_id="ada"), unnamed, record(3, user_id=None)])
    assert ids(todo) == ids(todo, "--user-id", "ada") == [1, 2, 3]
    assert ids(todo, "--user-id", "grace") == []
    assert todo.json("add", "new")["task"]["user_id"] == "ada"


def test_broken_records_name_users_too(todo: Console) -> None:
    todo.holds([record(1, user_id="ada"), record(2, title="", user_id="grace"), {"id": 3, "content": "old"}])
    assert ids(todo) == [3]
    todo.holds([record(1, user_id="ada"), record(2, user_id=7), record(3, user_id=""), record(4, user_id="a\ud800")])
    assert ids(todo) == [1]
    assert ids(todo, "--user-id", "7") == []


@pytest.mark.parametrize(
    "words",
    [["show", "2"], ["complete", "2"], ["toggle", "2"], ["update", "2", "mine"], ["delete", "2"]],
)
def test_anothers_task_is_no_task(todo: Console, words: list[str]) -> None:
    todo.holds([record(1, user_id="ada"), record(2, user_id="grace")])
    before = todo.path.read_bytes()
    assert todo(*words, "--user-id", "ada").code == 2
    assert todo.path.read_bytes() == before
    assert todo(*words, "--user-id", "grace").code == 0


def test_changes_leave_others_alone(todo: Console) -> None:
    hers = record(1, user_id="grace", extra=1e400)
    todo.holds([hers, record(1, user_id="ada"), record(9, user_id="grace")])
    spelled = todo.path.read_bytes().replace(b"Infinity", b"1e400")
    todo.holds(spelled)
    assert todo.json("add", "new", "--user-id", "ada")["task"]["id"] == 2
    assert todo.json("clear", "--yes", "--user-id", "ada")["deleted"] == 2
    assert ids(todo, "--user-id", "grace") == [1, 9]
    assert b'"extra": 1e400' in todo.path.read_bytes()
