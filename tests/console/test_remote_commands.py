"""Commands on an account: as on the file, one request each, and undone as there."""

from pathlib import Path

import pytest

from tests.conftest import Person, Server
from tests.console.calls import Console, log_in
from tests.console.link import Link
from tests.console.test_console_rules import TYPED_CASES
from tests.rule_cases import RuleCase


@pytest.mark.parametrize("case", TYPED_CASES, ids=str)
def test_the_rules_are_the_same(afar: Console, case: RuleCase) -> None:
    field = list(case.fields)[-1]
    outcome = afar("add", "--json", "--", *(str(text) for text in case.fields.values()))
    if case.fault is None:
        assert outcome.json["task"][field] == case.kept
        assert afar.json("show", "1")["task"][field] == case.kept
    else:
        assert (outcome.code, outcome.json["error_code"]) == (1, 1)
        assert outcome.json["error"].startswith(case.fault.capitalize())
        assert afar.tasks() == []


def test_one_request_a_command(afar: Console, link: Link) -> None:
    for words in (
        ["add", "one"],
        ["add", "two"],
        ["list"],
        ["list", "--pending", "--search", "ONE"],
        ["show", "1"],
        ["complete", "1"],
        ["incomplete", "1"],
        ["toggle", "1"],
        ["update", "1", "new"],
        ["delete", "2"],
        ["clear", "--yes"],
        ["undo"],
        ["status"],
    ):
        link.asked.clear()
        assert afar(*words).code == 0
        assert len(link.asked) == 1, words
    link.asked.clear()
    for words in (["add", " "], ["show", "01"], ["update", "1", "x" * 101], ["add"], ["lst"]):
        assert afar(*words).code in {1, 2, 3}
    assert link.asked == []


def test_what_was_changed_elsewhere_stays(afar: Console, ada: Person) -> None:
    for words in (["add", "one"], ["complete", "1"], ["update", "1", "new"]):
        afar(*words)
        ada.client.post("/api/v1/tasks/1/toggle")
        outcome = afar("--json", "undo")
        assert outcome.code == 5
        assert outcome.json["error"].endswith("cannot be undone: another program has changed its tasks since.")
    ada.client.delete("/api/v1/tasks/1")
    assert afar("undo").code == 5


def test_two_machines(afar: Console, ada: Person, link: Link, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    afar("add", "here")
    monkeypatch.setenv("TODO_CONFIG_DIR", str(tmp_path / "laptop"))
    log_in(afar, link.url, ada, monkeypatch)
    assert [task["title"] for task in afar.tasks()] == ["here"]
    assert afar("undo").code == 1
    afar("add", "there")
    assert afar("undo").err == "Undone: add 2.\n"


def test_a_list_of_thousands(afar: Console, server: Server, ada: Person) -> None:
    for start in range(0, 11_000, 1000):
        titles = [{"title": f"task {number}"} for number in range(start + 1, start + 1001)]
        assert ada.client.post("/api/v1/tasks/batch", json={"tasks": titles}).status_code == 201
    assert [task["id"] for task in afar.tasks()] == list(range(1, 11_001))
    assert afar.json("clear", "--yes")["deleted"] == 11_000
    assert afar.json("undo")["undone"] == "clear"
    assert len(afar.tasks()) == 11_000


def test_several_tasks_are_one_change(afar: Console, link: Link) -> None:
    for number in range(1, 8):
        afar("add", f"task {number}")
    link.asked.clear()
    assert [task["id"] for task in afar.json("complete", "7", "2,3")["tasks"]] == [7, 2, 3]
    assert afar.json("delete", "3", "5")["deleted"] == 2
    assert len(link.asked) == 2
    before = afar.tasks()
    for words, missing in ((["toggle", "1", "3"], "3"), (["delete", "9", "1"], "9"), (["complete", "1,5"], "5")):
        outcome = afar("--json", *words)
        assert (outcome.code, outcome.json["error"]) == (2, f"There is no task {missing}.")
    assert afar.tasks() == before
    assert [afar.json("undo")["undone"] for _ in range(3)] == ["delete 3,5", "complete 2-3,7", "add 7"]
    assert [(task["id"], task["completed"]) for task in afar.tasks()] == [(number, False) for number in range(1, 7)]
    assert afar.json("toggle", "1-4")["tasks"][3]["completed"] is True
