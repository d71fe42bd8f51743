"""POST /api/v1/tasks/import, sentence by sentence of docs/importing.md."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.conftest import Person, assert_problem
from tests.importing.records import meant, record, told

Sample = Callable[[str], Any]
URL = "/api/v1/tasks/import"


def send(person: Person, records: object, **more: object) -> httpx.Response:
    # Not httpx's own JSON: the escapes of lone surrogates must arrive as they are.
    body = json.dumps({"tasks": records, **more})
    return person.client.post(URL, content=body, headers={"Content-Type": "application/json"})


def imported(person: Person, records: object, **more: object) -> dict[str, Any]:
    answer = send(person, records, **more)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert set(body) == {"total", "imported", "already_there", "rejected", "renumbered"}
    assert body["imported"] + body["already_there"] + len(body["rejected"]) == body["total"]
    return body


def test_todays_format_arrives_unchanged(ada: Person, sample: Sample) -> None:
    records = sample("current")
    assert imported(ada, records) == {
        "total": 12,
        "imported": 12,
        "already_there": 0,
        "rejected": [],
        "renumbered": [],
    }
    assert [told(task) for task in ada.tasks()] == [meant(one) for one in records]
    assert {task["user_id"] for task in ada.tasks()} == {ada.id}


def test_the_older_format_arrives_with_the_time_of_the_import(ada: Person, sample: Sample) -> None:
    before = ada.add("the clock")["created_at"]
    body = imported(ada, sample("legacy"))
    tasks = ada.tasks()
    assert body["renumbered"] == [{"from": 1, "to": 7}]
    assert [(task["number"], task["title"], task["completed"]) for task in tasks[1:]] == [
        (2, "Second old task", True),
        (3, "Третья задача", False),
        (6, "After a gap", False),
        (7, "First old task", False),
    ]
    assert len({(task["created_at"], task["updated_at"]) for task in tasks[1:]}) == 1
    assert before < tasks[1]["created_at"] == tasks[1]["updated_at"]


def test_several_users_all_belong_to_the_caller(ada: Person, grace: Person, sample: Sample) -> None:
    body = imported(ada, sample("mixed-users"))
    assert body["imported"] == 7
    assert body["renumbered"] == [
        {"from": 1, "to": 4},
        {"from": 2, "to": 5},
        {"from": 3, "to": 6},
        {"from": 1, "to": 7},
    ]
    assert [task["title"] for task in ada.tasks()][:3] == [
        "Ada: write the notes",
        "Ada: check the engine",
        "Nobody's old task",
    ]
    assert grace.tasks() == []


def test_of_two_with_one_id_the_later_counts(ada: Person, sample: Sample) -> None:
    records = sample("duplicate-ids")
    body = imported(ada, records)
    assert (body["imported"], [one["position"] for one in body["rejected"]]) == (3, [2])
    assert body["rejected"][0]["record"] == records[1]
    assert "4" in body["rejected"][0]["reason"]
    assert [task["title"] for task in ada.tasks()] == ["one", "two, later version", "three"]
    again = imported(ada, records)
    assert (again["already_there"], len(again["rejected"])) == (3, 1)


def test_one_invalid_record_stops_everything(ada: Person, sample: Sample) -> None:
    problem = assert_problem(send(ada, sample("invalid-records")), 422, "VALIDATION_ERROR")
    assert [error["field"] for error in problem["errors"]] == [
        *("tasks.1.title", "tasks.2.title", "tasks.3.title", "tasks.4.description", "tasks.5.completed"),
        *("tasks.6.id", "tasks.7.id", "tasks.8.created_at", "tasks.9.title", "tasks.10.title", "tasks.11"),
        *("tasks.12.title", "tasks.14.id", "tasks.15.title"),
    ]
    assert ada.tasks() == []


def test_invalid_records_are_left_out_whole_on_request(ada: Person, sample: Sample) -> None:
    records = sample("invalid-records")
    body = imported(ada, records, skip_invalid=True)
    assert body["imported"] == 2
    assert [one["position"] for one in body["rejected"]] == [*range(2, 14), 15, 16]
    assert [one["record"] for one in body["rejected"]] == [records[one["position"] - 1] for one in body["rejected"]]
    assert [task["title"] for task in ada.tasks()] == ["fine", "also fine"]


def test_a_second_run_changes_nothing_even_after_edits_and_deletions(ada: Person, sample: Sample) -> None:
    records = sample("current")
    imported(ada, records)
    ada.client.patch("/api/v1/tasks/1", json={"title": "edited"})
    ada.client.delete("/api/v1/tasks/2")
    ada.client.delete("/api/v1/tasks/3")
    ada.client.delete("/api/v1/tasks/deleted")
    before = ada.tasks()
    respelt = [dict(reversed(one.items())) for one in records]
    assert imported(ada, respelt)["already_there"] == 12
    assert ada.tasks() == before


def test_the_ledger_is_each_accounts_own(ada: Person, grace: Person, sample: Sample) -> None:
    imported(ada, sample("legacy"))
    assert imported(grace, sample("legacy"))["imported"] == 4


def test_a_taken_number_gives_way_in_file_order(ada: Person) -> None:
    for _ in range(3):
        ada.add()
    body = imported(ada, [record(9, "nine"), record(2, "two"), record(5, "five"), record(3, "three")])
    assert body["renumbered"] == [{"from": 2, "to": 10}, {"from": 3, "to": 11}]
    assert [(task["number"], task["title"]) for task in ada.tasks()][3:] == [
        *((5, "five"), (9, "nine"), (10, "two"), (11, "three")),
    ]


def test_a_number_in_the_bin_is_free(ada: Person) -> None:
    ada.add("in the bin")
    ada.client.delete("/api/v1/tasks/1")
    assert imported(ada, [record(1)])["renumbered"] == []
    assert ada.add()["number"] == 2


def test_no_number_after_the_last(ada: Person) -> None:
    last = 2**53 - 1
    assert imported(ada, [record(last)])["imported"] == 1
    problem = assert_problem(send(ada, [record(last, "another")]), 422, "VALIDATION_ERROR")
    assert problem["errors"][0]["field"] == "tasks.0.id"


@pytest.mark.parametrize(
    ("time", "zone", "kept"),
    [
        ("2026-01-09T10:07:00", None, "2026-01-09T10:07:00.000000Z"),
        ("2026-01-09T10:07:00", "Europe/Berlin", "2026-01-09T09:07:00.000000Z"),
        ("2026-01-09T10:07:00+05:30", "Europe/Berlin", "2026-01-09T04:37:00.000000Z"),
        ("2026-03-29T02:30:00", "Europe/Berlin", "2026-03-29T01:30:00.000000Z"),
        ("2026-10-25T02:30:00", "Europe/Berlin", "2026-10-25T00:30:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", None, "9999-12-31T23:59:59.999999Z"),
        ("0001-01-01T00:00:00Z", None, "0001-01-01T00:00:00.000000Z"),
    ],
)
def test_times(ada: Person, time: str, zone: str | None, kept: str) -> None:
    imported(ada, [record(1, created_at=time, updated_at=time)], **({"timezone": zone} if zone else {}))
    assert [(task["created_at"], task["updated_at"]) for task in ada.tasks()] == [(kept, kept)]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": None}, "timezone"),
        ({"timezone": ["UTC"]}, "timezone"),
        ({"skip_invalid": "yes"}, "skip_invalid"),
        ({"skip_invalid": None}, "skip_invalid"),
        ({"dry_run": True}, "dry_run"),
    ],
)
def test_the_shape_is_strict(ada: Person, more: dict[str, object], field: str) -> None:
    problem = assert_problem(send(ada, [record(1)], **more), 422, "VALIDATION_ERROR")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert ada.tasks() == []


def test_how_much_fits_into_one_call(ada: Person) -> None:
    assert imported(ada, [])["total"] == 0
    assert_problem(send(ada, {}), 422, "VALIDATION_ERROR")
    assert_problem(ada.client.post(URL, json={}), 422, "VALIDATION_ERROR")
    assert_problem(send(ada, [record(number) for number in range(1, 1002)]), 422, "VALIDATION_ERROR")
    assert_problem(send(ada, [record(1, extra="x" * 2**21)]), 413, "PAYLOAD_TOO_LARGE")
    assert imported(ada, [record(number) for number in range(1, 1001)])["imported"] == 1000


def test_whatever_json_holds_comes_back_as_json(ada: Person) -> None:
    texts = [
        '{"id": 1, "title": "kept", "extra": [1e400, "\\ud83d", "\\u0000", 1' + "0" * 400 + "]}",
        '{"id": 2, "title": "", "extra": [1e400, "\\ud83d", "é🎉", -0.0, {"a": 1, "a": 2}]}',
        "[" * 300 + "]" * 300,
        '{"id": 3, "title": "deep", "extra": ' + "[" * 300 + "]" * 300 + "}",
    ]
    body = f'{{"skip_invalid": true, "tasks": [{", ".join(texts)}], "tasks": [{", ".join(texts)}]}}'
    headers = {"Content-Type": "application/json", "Idempotency-Key": "once"}
    first = ada.client.post(URL, content=body, headers=headers)
    assert (first.status_code, first.json()["imported"]) == (200, 1), first.text
    assert '"extra": [1e400, "\\ud83d", "\\u00e9\\ud83c\\udf89", -0.0, {"a": 1, "a": 2}]' in first.text
    again = ada.client.post(URL, content=body, headers=headers)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content
    assert len(ada.tasks()) == 1


def test_it_wants_a_token(anonymous: httpx.Client) -> None:
    assert_problem(anonymous.post(URL, json={"tasks": []}), 401, "UNAUTHORIZED")


def test_a_preview_says_what_would_be_and_does_nothing(ada: Person) -> None:
    task = ada.add("on number 1")
    records = [record(1), record(2), record(0)]
    preview = ada.client.post(f"{URL}/preview", json={"tasks": records, "skip_invalid": True})
    assert preview.status_code == 200, preview.text
    assert ada.tasks() == [task]
    assert send(ada, records, skip_invalid=True).json() == preview.json()
    again = ada.client.post(f"{URL}/preview", json={"tasks": records, "skip_invalid": True}).json()
    assert (again["imported"], again["already_there"], len(again["rejected"])) == (0, 2, 1)
