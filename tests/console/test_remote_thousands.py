"""Thousands of tasks in one command: on an account as on the file, all or none, taken back as one."""

import io
import json
import sys
from pathlib import Path

import pytest

from api.middleware import body
from api.models import changes
from console.remote import wire
from tests.conftest import Person
from tests.console.calls import Console, Outcome
from tests.console.link import Link

COUNT = 5_000
LINES = "".join(f"task {number} 🎉\n" for number in range(1, COUNT + 1))


def piped(todo: Console, text: str, monkeypatch: pytest.MonkeyPatch, *words: str) -> Outcome:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return todo(*words)


def test_on_the_account_as_on_the_file(
    afar: Console, link: Link, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps([{"title": f"from elsewhere {number}", "completed": True} for number in range(1_500)]))
    steps = [
        (["complete", f"1-{COUNT}"], 2),
        (["complete", "--quiet", f"1-{COUNT}"], 2),
        (["toggle", f"4000-{COUNT}", "1-2500"], 2),
        (["undo"], 1),
        (["delete", f"2-{COUNT}"], 2),
        (["undo"], 1),
        (["import", str(other), "--yes"], 1),
        (["incomplete", f"1-{COUNT}", "9999"], 2),
        (["delete", ",".join(map(str, range(3_000, 0, -1)))], 1),
        (["clear", "--completed", "--yes"], 1),
        *[(["undo"], 1)] * 6,
    ]
    for place in ("--local", "--server"):
        assert piped(afar, LINES, monkeypatch, "add", "--stdin", "--quiet", place).out.count("\n") == COUNT
    for words, asked in steps:
        on_file = afar(*words, "--local")
        link.asked.clear()
        on_account = afar(*words)
        assert on_account == on_file, words
        assert len(link.asked) == asked, words
        shown = [[{**task, **dict.fromkeys(OWN)} for task in afar.tasks(place)] for place in ("--local", "--server")]
        assert shown[0] == shown[1]
    assert afar("list").out == ""


OWN = ("user_id", "created_at", "updated_at")


def test_a_lost_answer_doubles_nothing(afar: Console, link: Link, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    link.lose = 1000
    assert piped(afar, LINES, monkeypatch, "add", "--stdin").code == 75
    link.lose = 0
    told = piped(afar, LINES, monkeypatch, "add", "--stdin", "--json")
    assert [task["id"] for task in told.json["tasks"]] == list(range(1, COUNT + 1))
    assert len(ada.tasks()) == COUNT
    all_of_them = ",".join(map(str, range(1, COUNT + 1)))
    link.lose = 1000
    assert afar("toggle", all_of_them).code == 75
    link.lose = 0
    assert afar("toggle", all_of_them).code == 0
    assert all(task["completed"] for task in ada.tasks())
    assert afar("undo").err == f"Undone: toggle 1-{COUNT}.\n"
    assert afar("undo").err == f"Undone: add 1-{COUNT}.\n"
    assert ada.tasks() == []


def test_what_is_too_much_is_refused_whole(afar: Console, link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (wire.MANY_MAX, wire.BYTES_MAX) == (changes.MANY_MAX, body.ADDITIONS_MAX)
    many = "x\n" * (wire.MANY_MAX + 1)
    large = json.dumps([{"title": "🎉" * 100, "description": "🎉" * 500}] * 4_000)
    for text, words in ((many, ("add", "--stdin")), (large, ("import", "-", "--yes"))):
        link.asked.clear()
        refused = piped(afar, text, monkeypatch, *words)
        assert (refused.code, refused.err.count("\n"), refused.out) == (1, 1, "")
        assert "in parts. Nothing was done." in refused.err
        assert link.asked == []
    refused = afar("complete", ",".join(map(str, range(1, wire.MANY_MAX + 2))))
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert afar.tasks() == []
