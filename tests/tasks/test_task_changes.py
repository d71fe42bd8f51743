"""Changes that can be taken back: together or not at all, once, and only where nothing happened since."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.conftest import Person, Server, assert_problem

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


def test_thousands_at_once(ada: Person) -> None:
    """Beyond what one statement writes: all or none, in the order given, to and fro."""
    wanted = [{"title": f"task {place} 🎉", "completed": place % 3 == 0} for place in range(10_000)]
    answer = ada.client.post(f"{CHANGES}/add", json={"tasks": wanted}, timeout=60)
    assert answer.status_code == 201, answer.text
    added = answer.json()["tasks"]
    assert [{name: task[name] for name in ("title", "completed")} for task in added] == wanted
    assert [task["number"] for task in added] == list(range(1, 10_001))
    turned = [{"task": number, "toggle": True} for number in range(10_000, 0, -1)]
    told = made(ada, changes=turned)["changes"]
    assert [change["before"] for change in told] == added[::-1]
    assert [change["after"]["completed"] for change in told] == [not task["completed"] for task in added[::-1]]
    now = ada.tasks(limit=10_000)
    assert now == [change["after"] for change in told[::-1]]
    for path, body in (("", {"changes": [*turned, {"task": 10_001, "toggle": True}][1:]}),):
        assert_problem(ada.client.post(CHANGES + path, json=body), 404, "TASK_NOT_FOUND")
    stale = [{"task": task["id"], "seen": task["updated_at"]} for task in [*now[:-1], added[-1]]]
    assert_problem(ada.client.post(f"{CHANGES}/delete", json={"tasks": stale}), 412, "PRECONDITION_FAILED")
    assert ada.tasks(limit=10_000) == now
    gone = made(ada, "/delete", tasks=[{"task": task["id"], "seen": task["updated_at"]} for task in now])
    assert (gone["deleted"], ada.tasks()) == (10_000, [])
    assert len(made(ada, "/restore", deleted_at=gone["deleted_at"], count=10_000)["tasks"]) == 10_000
    assert [task["number"] for task in ada.tasks(limit=10_000)] == list(range(1, 10_001))


async def analyze(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("analyze todo.tasks")
    await connection.close()


def test_thousands_are_cleared_and_come_back(ada: Person, grace: Person, server: Server) -> None:
    """The planner knows somebody with many tasks, and takes who has just made them for a person with one."""
    many = {"tasks": [{"title": "x", "completed": True}] * 6_000}
    assert grace.client.post(f"{CHANGES}/add", json=many).status_code == 201
    with server.postgres() as postgres:
        asyncio.run(analyze(postgres.superuser_url))
    assert ada.client.post(f"{CHANGES}/add", json=many).status_code == 201
    gone = made(ada, "/delete", clear="completed")
    assert gone["deleted"] == 6_000
    back = made(ada, "/restore", deleted_at=gone["deleted_at"], count=6_000)
    assert len(back["tasks"]) == 6_000
    assert ada.client.delete("/api/v1/tasks?completed=true").json()["deleted"] == 6_000
    assert ada.client.delete("/api/v1/tasks/deleted").json()["deleted"] == 6_000


def test_a_task_that_is_named_twice(ada: Person) -> None:
    task = ada.add()
    first, second, third = made(
        ada, changes=[{"task": 1, "toggle": True}, {"task": task["id"], "toggle": True}, {"task": 1, "title": "new"}]
    )["changes"]
    assert (first["before"], first["after"], second["after"]) == (task, second["before"], third["before"])
    assert [third["after"]] == ada.tasks()
    assert (third["after"]["title"], third["after"]["completed"]) == ("new", False)
    again = {"task": 1, "seen": third["after"]["updated_at"], "toggle": True}
    assert_problem(ada.client.post(CHANGES, json={"changes": [again, again]}), 412, "PRECONDITION_FAILED")
    assert made(ada, "/delete", tasks=[{"task": 1}, {"task": task["id"]}])["deleted"] == 1


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
        ("", {"changes": [{"task": 1, "title": "x"}] * 10_001}),
        ("/add", {"tasks": []}),
        ("/add", {"tasks": [{"title": "x"}] * 1_500 + [{"title": " "}]}),
        ("/add", {"tasks": [{"title": "x"}] * 10_001}),
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
