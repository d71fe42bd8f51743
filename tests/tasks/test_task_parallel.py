"""Many at once: numbers, repeated requests."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.conftest import Person, assert_problem

TASKS = "/api/v1/tasks"


def at_once(count: int, call: Any) -> list[httpx.Response]:
    with ThreadPoolExecutor(count) as people:
        return list(people.map(call, range(count)))


def test_forty_parallel_creates_are_numbered_without_gap_or_repeat(ada: Person) -> None:
    answers = at_once(40, lambda i: ada.client.post(TASKS, json={"title": f"t{i}"}))
    assert [answer.status_code for answer in answers] == [201] * 40
    assert sorted(answer.json()["task"]["number"] for answer in answers) == list(range(1, 41))


def test_parallel_batches_and_restores_share_the_numbering(ada: Person) -> None:
    for i in range(10):
        ada.add(f"old {i}")
    ada.client.delete(TASKS, params={"all": "true"})

    def call(i: int) -> httpx.Response:
        if i % 2:
            return ada.client.post(f"{TASKS}/{i}/restore")
        return ada.client.post(f"{TASKS}/batch", json={"tasks": [{"title": "x"}] * 20})

    assert all(answer.is_success for answer in at_once(10, call))
    numbers = [task["number"] for task in ada.tasks()]
    assert len(numbers) == len(set(numbers)) == 105


def test_the_same_key_from_24_clients_makes_one_task(ada: Person) -> None:
    headers = {"Idempotency-Key": "the same for all"}
    answers = at_once(24, lambda _: ada.client.post(TASKS, json={"title": "once"}, headers=headers))
    assert len(ada.tasks()) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409, "IDEMPOTENCY_KEY_IN_USE")
            assert int(answer.headers["retry-after"]) >= 1
        else:
            assert answer.status_code == 201
            assert answer.json()["task"]["id"] == ada.tasks()[0]["id"]
    first = [answer for answer in answers if answer.status_code == 201 and "idempotent-replayed" not in answer.headers]
    assert len(first) == 1


def test_a_repeated_request_gets_the_first_answer(ada: Person, grace: Person) -> None:
    ada.add()
    for path, body, status in (
        (TASKS, {"title": "once"}, 201),
        (f"{TASKS}/batch", {"tasks": [{"title": "a"}, {"title": "b"}]}, 201),
        (f"{TASKS}/1/toggle", None, 200),
        (f"{TASKS}/import", {"tasks": [{"id": 40, "title": "moved in"}]}, 200),
    ):
        headers = {"Idempotency-Key": f"key for {path}"}
        first = ada.client.post(path, json=body, headers=headers)
        assert first.status_code == status, first.text
        assert "idempotent-replayed" not in first.headers
        count = len(ada.tasks())
        again = ada.client.post(path, json=body, headers=headers)
        assert again.headers["idempotent-replayed"] == "true"
        assert (again.status_code, again.json()) == (first.status_code, first.json())
        for name in ("etag", "location"):
            assert again.headers.get(name) == first.headers.get(name)
        assert len(ada.tasks()) == count
        assert_problem(
            ada.client.post(f"{TASKS}/batch", json={"tasks": [{"title": "other"}]}, headers=headers),
            422,
            "IDEMPOTENCY_KEY_REUSED",
        )
    assert (
        grace.client.post(TASKS, json={"title": "hers"}, headers={"Idempotency-Key": f"key for {TASKS}"}).status_code
        == 201
    )


def test_the_first_answer_outlives_its_task(ada: Person) -> None:
    headers = {"Idempotency-Key": "k"}
    first = ada.client.post(TASKS, json={"title": "once"}, headers=headers)
    ada.client.delete(TASKS, params={"all": "true"})
    assert ada.client.post(TASKS, json={"title": "once"}, headers=headers).json() == first.json()
    assert ada.tasks() == []


def test_only_successes_are_kept(ada: Person) -> None:
    headers = {"Idempotency-Key": "k"}
    assert_problem(ada.client.post(TASKS, json={"title": ""}, headers=headers), 422, "VALIDATION_ERROR")
    assert_problem(ada.client.post(f"{TASKS}/7/toggle", headers=headers), 404, "TASK_NOT_FOUND")
    assert ada.client.post(TASKS, json={"title": "fine"}, headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "é".encode()])
def test_a_key_is_printable_and_short(ada: Person, key: str | bytes) -> None:
    answer = ada.client.post(
        TASKS, json={"title": "x"}, headers=[(b"Idempotency-Key", key if isinstance(key, bytes) else key.encode())]
    )
    assert_problem(answer, 422, "VALIDATION_ERROR")
    assert ada.tasks() == []


def test_keys_mean_nothing_to_accounts(ada: Person) -> None:
    headers = {"Idempotency-Key": ""}
    assert ada.client.get("/api/auth/me", headers=headers).status_code == 200
    assert ada.client.post("/api/auth/tokens", json={"name": "script"}, headers=headers).status_code == 201
