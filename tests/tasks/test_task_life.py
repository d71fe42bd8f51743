"""A task from its first day to the bin and back, over HTTP."""

import uuid
from datetime import UTC, datetime, timedelta

import httpx

from tests.conftest import Person, assert_problem

TASKS = "/api/v1/tasks"
FIELDS = {"id", "number", "title", "description", "completed", "created_at", "updated_at", "user_id"}


def moment(text: str) -> datetime:
    assert text.endswith("Z")
    assert len(text) == len("2026-01-01T00:00:00.000000Z")
    return datetime.fromisoformat(text)


def test_a_new_task_comes_back_whole(ada: Person) -> None:
    answer = ada.client.post(TASKS, json={"title": "  Buy milk 🥛\u2003", "description": " two litres \n"})
    assert answer.status_code == 201
    task = answer.json()["task"]
    assert set(task) == FIELDS
    assert (task["title"], task["description"], task["completed"]) == ("Buy milk 🥛", " two litres \n", False)
    assert (task["number"], task["user_id"]) == (1, ada.id)
    assert uuid.UUID(task["id"]).version == 7
    assert task["created_at"] == task["updated_at"]
    assert abs(moment(task["created_at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert answer.headers["location"] == f"{TASKS}/{task['id']}"
    shown = ada.client.get(answer.headers["location"])
    assert shown.json() == {"task": task}
    assert shown.headers["etag"] == answer.headers["etag"]
    assert ada.client.get(f"{TASKS}/1").json() == {"task": task}


def test_a_task_can_be_made_completed(ada: Person) -> None:
    assert ada.add(completed=True)["completed"] is True


def test_numbers_follow_the_highest_present(ada: Person) -> None:
    assert [ada.add()["number"] for _ in range(3)] == [1, 2, 3]
    ada.client.delete(f"{TASKS}/2")
    assert ada.add()["number"] == 4
    ada.client.delete(f"{TASKS}/4")
    ada.client.delete(f"{TASKS}/3")
    assert ada.add()["number"] == 2
    ada.client.delete(TASKS, params={"all": "true"})
    assert ada.add()["number"] == 1


def test_an_update_keeps_what_it_does_not_name(ada: Person) -> None:
    before = ada.add(description="old", completed=True)
    for call, change in (("patch", {"title": " New "}), ("put", {"description": ""}), ("patch", {"completed": False})):
        answer = ada.client.request(call, f"{TASKS}/1", json=change)
        assert answer.status_code == 200
        after = answer.json()["task"]
        assert moment(after["updated_at"]) > moment(before["updated_at"])
        expected = {**before, **change, "updated_at": after["updated_at"]}
        expected["title"] = expected["title"].strip()
        assert after == expected
        assert ada.client.get(f"{TASKS}/{before['id']}").json()["task"] == after
        before = after


def test_search_follows_an_update(ada: Person) -> None:
    ada.add("Alpha", description="beta")
    ada.client.patch(f"{TASKS}/1", json={"title": "Gamma"})
    assert [len(ada.tasks(q=text)) for text in ("alpha", "gamma", "beta")] == [0, 1, 1]
    ada.client.patch(f"{TASKS}/1", json={"description": "delta"})
    assert [len(ada.tasks(q=text)) for text in ("gamma", "beta", "delta")] == [1, 0, 1]


def test_completing_twice_changes_nothing_but_the_time(ada: Person) -> None:
    ada.add()
    first = ada.client.patch(f"{TASKS}/1/complete", json={"completed": True}).json()["task"]
    second = ada.client.patch(f"{TASKS}/1/complete", json={"completed": True}).json()["task"]
    assert first["completed"] is True
    assert moment(second.pop("updated_at")) > moment(first.pop("updated_at"))
    assert first == second


def test_toggle_turns_round_with_no_body_or_an_empty_one(ada: Person) -> None:
    ada.add()
    sent: tuple[dict[str, object], ...] = ({}, {"json": {}}, {"content": b""})
    done = [ada.client.post(f"{TASKS}/1/toggle", **how).json()["task"]["completed"] for how in sent]  # type: ignore[arg-type]
    assert done == [True, False, True]
    assert_problem(ada.client.post(f"{TASKS}/1/toggle", json={"completed": True}), 422, "VALIDATION_ERROR")
    assert_problem(ada.client.post(f"{TASKS}/1/toggle", json=[]), 422, "VALIDATION_ERROR")


def test_deleted_tasks_wait_in_the_bin_newest_first(ada: Person) -> None:
    for title in ("one", "two", "three"):
        ada.add(title)
    for number in (2, 3, 1):
        assert ada.client.delete(f"{TASKS}/{number}").status_code == 204
    answer = ada.client.get(f"{TASKS}/deleted").json()
    assert answer["next_cursor"] is None
    assert [task["title"] for task in answer["tasks"]] == ["one", "three", "two"]
    assert all(set(task) == FIELDS | {"deleted_at"} for task in answer["tasks"])
    first = ada.client.get(f"{TASKS}/deleted", params={"limit": 2}).json()
    second = ada.client.get(f"{TASKS}/deleted", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [task["title"] for task in first["tasks"] + second["tasks"]] == ["one", "three", "two"]
    assert second["next_cursor"] is None
    assert ada.tasks() == []


def test_restore_gives_the_number_back_or_the_next(ada: Person) -> None:
    lost, other = ada.add("lost"), ada.add("other")
    ada.client.delete(f"{TASKS}/{lost['id']}")
    back = ada.client.post(f"{TASKS}/{lost['id']}/restore")
    assert back.status_code == 200
    restored = back.json()["task"]
    assert moment(restored.pop("updated_at")) > moment(lost.pop("updated_at"))
    assert restored == lost
    ada.client.delete(f"{TASKS}/{other['id']}")
    ada.add("new second")
    assert ada.client.post(f"{TASKS}/2/restore", json={}).json()["task"]["number"] == 3
    assert [task["number"] for task in ada.tasks()] == [1, 2, 3]


def test_what_is_in_the_bin_is_nowhere_else(ada: Person) -> None:
    task = ada.add()
    ada.client.delete(f"{TASKS}/1")
    for key in (task["id"], "1"):
        for call, path, body in (
            ("GET", f"{TASKS}/{key}", None),
            ("DELETE", f"{TASKS}/{key}", None),
            ("PATCH", f"{TASKS}/{key}", {"title": "x"}),
            ("PUT", f"{TASKS}/{key}", {"title": "x"}),
            ("PATCH", f"{TASKS}/{key}/complete", {"completed": True}),
            ("POST", f"{TASKS}/{key}/toggle", {}),
        ):
            assert_problem(ada.client.request(call, path, json=body), 404, "TASK_NOT_FOUND")
    assert ada.client.get(f"{TASKS}/summary").json() == {"total": 0, "completed": 0, "pending": 0}
    assert ada.tasks(q="milk") == []


def test_a_present_task_cannot_be_restored(ada: Person) -> None:
    task = ada.add()
    assert_problem(ada.client.post(f"{TASKS}/{task['id']}/restore"), 404, "TASK_NOT_FOUND")


def test_emptying_the_bin_is_for_good(ada: Person) -> None:
    for _ in range(3):
        ada.add()
    ada.client.delete(TASKS, params={"all": "true"})
    assert ada.client.delete(f"{TASKS}/deleted").json() == {"deleted": 3}
    assert ada.client.delete(f"{TASKS}/deleted").json() == {"deleted": 0}
    assert_problem(ada.client.post(f"{TASKS}/1/restore"), 404, "TASK_NOT_FOUND")


def test_clear_takes_the_completed_or_all(ada: Person) -> None:
    for done in (True, False, True):
        ada.add(completed=done)
    assert ada.client.delete(TASKS, params={"completed": "true"}).json() == {"deleted": 2}
    assert ada.client.delete(TASKS, params={"all": "true"}).json() == {"deleted": 1}
    assert len(ada.client.get(f"{TASKS}/deleted").json()["tasks"]) == 3
    for query in ("", "?completed=false", "?all=false", "?all=true&completed=true", "?completed=1", "?everything=true"):
        assert_problem(ada.client.delete(f"{TASKS}{query}"), 422, "VALIDATION_ERROR")


def test_a_batch_is_all_or_none(ada: Person) -> None:
    ada.add()
    answer = ada.client.post(
        f"{TASKS}/batch", json={"tasks": [{"title": f"t{i}", "completed": i == 1} for i in range(1000)]}
    )
    assert answer.status_code == 201
    assert [task["number"] for task in answer.json()["tasks"]] == list(range(2, 1002))
    assert [task["title"] for task in answer.json()["tasks"]] == [f"t{i}" for i in range(1000)]
    refused = ada.client.post(f"{TASKS}/batch", json={"tasks": [{"title": "fine"}, {"title": ""}]})
    assert assert_problem(refused, 422, "VALIDATION_ERROR")["errors"][0]["field"] == "tasks.1.title"
    refusals: list[object] = [[], [{"title": "x"}] * 1001, {}, None, "x"]
    for wrong in refusals:
        assert_problem(ada.client.post(f"{TASKS}/batch", json={"tasks": wrong}), 422, "VALIDATION_ERROR")
    assert ada.client.get(f"{TASKS}/summary").json() == {"total": 1001, "completed": 1, "pending": 1000}


def test_restored_tasks_keep_their_search(ada: Person) -> None:
    ada.add("Find me")
    ada.client.delete(f"{TASKS}/1")
    ada.client.post(f"{TASKS}/1/restore")
    assert len(ada.tasks(q="FIND")) == 1


def test_answers_are_not_cached(ada: Person) -> None:
    answers: list[httpx.Response] = [
        ada.client.get(TASKS),
        ada.client.get(f"{TASKS}/summary"),
        ada.client.get(f"{TASKS}/1"),
    ]
    assert all(answer.headers["cache-control"] == "no-store" for answer in answers)
