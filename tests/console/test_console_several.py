"""Several tasks in one call: lists, ranges, standard input; all or none, and one step of undo."""

import io
import json
from pathlib import Path

import pytest

from console.numbers import spoken
from tests.console.calls import Console, run


@pytest.fixture
def five(todo: Console) -> Console:
    for title in ("one", "two", "three", "four", "five"):
        todo("add", title)
    todo("delete", "4")
    return todo


def done(todo: Console) -> list[int]:
    return [task["id"] for task in todo.tasks("--completed")]


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (["1", "3"], [1, 3]),
        (["3,1"], [3, 1]),
        (["2-5"], [2, 3, 5]),
        (["5", "1-2", "1"], [5, 1, 2]),
        (["3-3"], [3]),
        (["1,2-3", "5"], [1, 2, 3, 5]),
        (["1-9007199254740991"], [1, 2, 3, 5]),
    ],
)
def test_lists_and_ranges(five: Console, words: list[str], changed: list[int]) -> None:
    answer = five.json("complete", *words)
    assert list(answer) == ["success", "tasks"]
    assert [task["id"] for task in answer["tasks"]] == changed
    assert done(five) == sorted(changed)
    assert five.json("undo")["undone"] == f"complete {spoken(changed)}"
    assert done(five) == []


@pytest.mark.parametrize(
    "word", ["4", "0", "x", "1,", ",1", "1,,2", "4-4", "9-5", "5-", "-5", "1-2-3", "01-3", "1- 3", "6-9", "١"]
)
@pytest.mark.parametrize("verb", ["complete", "incomplete", "toggle", "delete"])
def test_one_that_is_not_there_changes_nothing(five: Console, verb: str, word: str) -> None:
    before = five.path.read_bytes()
    outcome = five(verb, "1", word, "--json")
    assert (outcome.code, outcome.json["error_code"]) == (2, 2)
    assert five.path.read_bytes() == before


def test_a_task_named_twice_is_toggled_once(five: Console) -> None:
    five("toggle", "1", "1,1", "1-2")
    assert done(five) == [1, 2]


def test_deleting_several_is_one_step(five: Console) -> None:
    before = five.tasks()
    assert five.json("delete", "1", "3-5") == {"success": True, "deleted": 3}
    assert [task["id"] for task in five.tasks()] == [2]
    assert five.json("undo") == {"success": True, "undone": "delete 1,3,5"}
    assert five.tasks() == before


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_task_per_line(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, "\ufeffone\r\n\n  two 🎉 שלום\n \t\n-5 three".encode())
    assert [task["title"] for task in todo.json("add", "--stdin")["tasks"]] == ["one", "two 🎉 שלום", "-5 three"]
    assert todo.json("undo")["undone"] == "add 1-3"
    assert todo.records == []


def test_a_refused_line_is_named_and_nothing_is_added(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, b"one\n" + b"x" * 101 + b"\n\xff\ntwo\n")
    outcome = todo("add", "--stdin")
    assert (outcome.code, outcome.out) == (1, "")
    assert "line 2: " in outcome.err
    assert "line 3: " in outcome.err
    assert "line 1: " not in outcome.err
    assert not todo.path.exists()


def test_nothing_on_standard_input(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, b"\n\n")
    assert todo.json("add", "--stdin") == {"success": True, "tasks": []}
    assert not todo.path.exists()
    assert todo("add", "--stdin", "title").code == 1


def test_standard_input_of_a_program(tmp_path: Path) -> None:
    with (tmp_path / "titles").open("w+b") as titles:
        titles.write(b"one\ntwo\n")
        titles.seek(0)
        assert run(["-q", "add", "--stdin"], tmp_path / "tasks.json", stdin=titles).out == "1\n2\n"


def test_quiet_prints_ids_alone(five: Console) -> None:
    assert five("-q", "add", "six").out == "6\n"
    assert five("complete", "2,1", "--quiet").out == "2\n1\n"
    assert five("list", "-q", "--completed").out == "1\n2\n"
    deleted = five("delete", "-q", "6")
    assert (deleted.out, deleted.err) == ("6\n", "")
    assert (five("undo", "-q").out, five("undo", "-q").err) == ("", "")
    refused = five("-q", "show", "99")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("todo: ")
    assert json.loads(five("-q", "show", "1", "--json").out)["task"]["id"] == 1


def test_ids_in_short() -> None:
    assert spoken([3, 1, 2, 9, 11, 10]) == "1-3,9-11"
    assert spoken([5]) == "5"
