"""Changes that can be taken back: together or not at all, once, and only where nothing happened since."""

from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Person, assert_problem

CHANGES = "/api/v1/tasks/changes"


def made(person: Person, path: str = "", /, **body: object) -> dict[str, Any]:
    answer = person.client.post(f"{CHANGES}{path}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_before_and_after_of_each_change(ada: Person) -> None:
    first, second = ada.add("Call Grace"), ada.add("Write", description="a letter", completed=True)
    told = made(ada, changes=[{"task": 1, "toggle": True}, {"task": second["id"], "title": " ß ", "completed": False}])
    assert [change["before"] for change in told["changes"]] == [first, second]
    assert [change["after"] for change in told["changes"]] == ada.tasks()
    assert [(task["title"], task["completed"]) for task in ada.tasks()] == [("Call Grace", True), ("ß", False)]
    assert [task["number"] for task in ada.tasks(q="SS")] == [2]
    assert all(change["after"]["updated_at"] > change["before"]["updated_at"] for change in told["changes"])


def test_all_or_none(ada: Person, grace: Person) -> None:
    task, foreign = ada.add(), grace.add()
    for key, status, code in ((2, 404, "TASK_NOT_FOUND"), (str(uuid4()), 404, "TASK_NOT_FOUND")):
        body = assert_problem(
            ada.client.post(CHANGES, json={"changes": [{"task": 1, "title": "x"}, {"task": key, "title": "x"}]}),
            status,
            code,
        )
        assert body["errors"] == [{"field": "changes.1.task", "message": f"You have no task {key}."}]
        assert_problem(ada.client.post(f"{CHANGES}/delete", json={"tasks": [{"task": 1}, {"task": key}]}), status, code)
    for path, body in (("", {"changes": [{"task": foreign["id"], "title": "x"}]}),):
        assert_problem(ada.client.post(CHANGES + path, json=body), 403, "FORBIDDEN")
    assert_problem(ada.client.post(f"{CHANGES}/delete", json={"tasks": [{"task": foreign["id"]}]}), 403, "FORBIDDEN")
    assert (ada.tasks(), grace.tasks()) == ([task], [foreign])


def test_what_changed_since_is_left_alone(ada: Person) -> None:
    task = ada.add()
    changed = made(ada, changes=[{"task": 1, "seen": task["updated_at"], "completed": True}])["changes"][0]["after"]
    for path, wanted in (("", {"changes": [{"title": "x"}]}), ("/delete", {"tasks": [{}]})):
        name = next(iter(wanted))
        body = {name: [{"task": 1, "seen": task["updated_at"], **wanted[name][0]}]}
        assert_problem(ada.client.post(f"{CHANGES}{path}", json=body), 412, "PRECONDITION_FAILED")
    assert ada.tasks() == [changed]


def test_what_went_together_comes_back_together(ada: Person) -> None:
    before = [ada.add(f"task {number}", completed=number % 2 == 0) for number in range(1, 6)]
    gone = made(ada, "/delete", clear="completed")
    assert gone["deleted"] == 2
    assert sorted(gone["tasks"], key=lambda task: task["number"]) == [
        {name: task[name] for name in ("id", "number", "updated_at")} for task in before if task["completed"]
    ]
    assert made(ada, "/delete", clear="all", only=[1, 2, 3])["deleted"] == 2
    back = made(ada, "/restore", deleted_at=gone["deleted_at"], count=2)
    now = {task["id"]: task for task in ada.tasks()}
    assert {task["id"]: task["updated_at"] for task in back["tasks"]} == {
        task["id"]: now[task["id"]]["updated_at"] for task in before if task["completed"]
    }
    assert sorted(task["number"] for task in now.values()) == [2, 4, 5]
    again = {"deleted_at": gone["deleted_at"], "count": 2}
    assert_problem(ada.client.post(f"{CHANGES}/restore", json=again), 412, "PRECONDITION_FAILED")
    assert made(ada, "/delete", clear="completed", only=[1])["deleted"] == 0


def test_nothing_comes_back_where_a_number_is_taken_or_a_task_is_missing(ada: Person) -> None:
    for _ in range(2):
        ada.add()
    gone = made(ada, "/delete", clear="all")
    again = {"deleted_at": gone["deleted_at"], "count": 2}
    task = ada.add("on number 1")
    assert_problem(ada.client.post(f"{CHANGES}/restore", json=again), 412, "PRECONDITION_FAILED")
    assert ada.tasks() == [task]
    ada.client.delete("/api/v1/tasks/1")
    ada.client.post(f"/api/v1/tasks/{gone['tasks'][0]['id']}/restore")
    assert_problem(ada.client.post(f"{CHANGES}/restore", json=again), 412, "PRECONDITION_FAILED")
    assert len(ada.tasks()) == 1


def test_a_stranger_restores_nothing(ada: Person, grace: Person) -> None:
    ada.add()
    gone = made(ada, "/delete", tasks=[{"task": 1}])
    again = {"deleted_at": gone["deleted_at"], "count": 1}
    assert_problem(grace.client.post(f"{CHANGES}/restore", json=again), 412, "PRECONDITION_FAILED")
    assert made(ada, "/restore", **again)["tasks"]


def test_an_idempotency_key_makes_each_repeatable(ada: Person) -> None:
    ada.add()
    key = {"Idempotency-Key": "one"}
    answers = [ada.client.post(CHANGES, json={"changes": [{"task": 1, "toggle": True}]}, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert ada.tasks()[0]["completed"] is True
    key = {"Idempotency-Key": "two"}
    answers = [ada.client.post(f"{CHANGES}/delete", json={"clear": "all"}, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json() != {"deleted": 0, "deleted_at": None, "tasks": []}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"changes": []}),
        ("", {"changes": [{"task": 1}]}),
        ("", {"changes": [{"task": 1, "toggle": True, "completed": True}]}),
        ("", {"changes": [{"task": 1, "toggle": False}]}),
        ("", {"changes": [{"task": "1", "toggle": True}]}),
        ("", {"changes": [{"task": True, "toggle": True}]}),
        ("", {"changes": [{"task": 0, "title": "x"}]}),
        ("", {"changes": [{"task": 1, "title": " "}]}),
        ("", {"changes": [{"task": 1, "title": "x", "seen": "yesterday"}]}),
        ("", {"changes": [{"task": 1, "title": "x"}] * 1001}),
        ("/delete", {}),
        ("/delete", {"clear": "some"}),
        ("/delete", {"tasks": []}),
        ("/delete", {"tasks": [{"task": 1}], "clear": "all"}),
        ("/delete", {"tasks": [{"task": 1}], "only": [1]}),
        ("/restore", {"deleted_at": "2026-13-09T10:07:00.000000Z", "count": 1}),
        ("/restore", {"deleted_at": "2026-01-09T10:07:00.000000Z"}),
        ("/restore", {"deleted_at": "2026-01-09T10:07:00.000000Z", "count": 0}),
    ],
)
def test_refusals(ada: Person, path: str, body: dict[str, object]) -> None:
    task = ada.add()
    assert_problem(ada.client.post(f"{CHANGES}{path}", json=body), 422, "VALIDATION_ERROR")
    assert ada.tasks() == [task]
