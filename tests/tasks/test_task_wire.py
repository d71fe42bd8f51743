"""What the API refuses, and in which order; text that breaks naive code."""

import gzip
import json
import uuid
from collections.abc import Iterator

import pytest

from tests.conftest import Person, Server, assert_problem, register
from tests.rule_cases import RULE_CASES, RuleCase

TASKS = "/api/v1/tasks"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def asker(server: Server) -> Iterator[Person]:
    """One Ada for all cases: none of them minds what the others left."""
    person = register(server, "ada")
    yield person
    person.client.close()


def sendable(fields: object) -> bytes:
    return json.dumps(fields).encode()  # lone surrogates travel as escapes


@pytest.mark.parametrize("case", RULE_CASES, ids=str)
def test_the_rules_hold_for_create_update_and_batch(asker: Person, case: RuleCase) -> None:
    target = asker.add("to be changed")
    calls = [("POST", TASKS, case.fields), ("POST", f"{TASKS}/batch", {"tasks": [case.fields]})]
    calls.append(("PATCH", f"{TASKS}/{target['id']}", case.fields))
    for method, path, fields in calls:
        answer = asker.client.request(method, path, content=sendable(fields), headers=JSON)
        if case.fault:
            errors = assert_problem(answer, 422, "VALIDATION_ERROR")["errors"]
            assert [error["field"].split(".")[-1] for error in errors] == [case.fault]
        else:
            assert answer.is_success, answer.text
            body = answer.json()
            task = body["task"] if "task" in body else body["tasks"][0]
            assert task[list(case.fields)[-1]] == case.kept


MALFORMED = [
    b"", b" ", b"{", b"[]", b"null", b'"x"', b"1", b"{}", b'{"title":"x"}}', b"{'title':'x'}", b'{"title":NaN}',
    b'{"title":"x","completed":Infinity}', b'{"title":"\x00"}', b'{"title":"a\\u0000b"}', b'{"title":"\\ud83d"}',
    b'{"title":"\\udc00\\ud800"}', b"\xff\xfe", b'{"title":"\xff"}', b"\xef\xbb\xbf{}", b"[" * 5000, b'{"title":' * 5000,
    b'{"title":' + b"[" * 20_000 + b"]" * 20_000 + b"}", b'{"title":' + b"9" * 5000 + b"}", b'{"title":1e999}',
    b'{"title":"x","title2":"y"}', b'{"title":["x"]}', b'{"title":{"a":1}}', b'{"title":null}',
    b'{"title":"x","completed":0}', b'{"title":"x","completed":"true"}', b'{"title":"x","completed":null}',
    b'{"title":"x","description":null}', b'{"title":"x","description":7}', b'{"title":true}',
]  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:30]))
def test_malformed_bodies_are_422(asker: Person, body: bytes) -> None:
    assert_problem(asker.client.post(TASKS, content=body, headers=JSON), 422, "VALIDATION_ERROR")
    assert_problem(asker.client.patch(f"{TASKS}/{uuid.uuid4()}", content=body, headers=JSON), 422, "VALIDATION_ERROR")


def test_updates_need_something_and_refuse_null(asker: Person) -> None:
    for body in ({}, {"title": None}, {"description": None}, {"completed": None}, {"title": "x", "completed": None}):
        assert_problem(asker.client.patch(f"{TASKS}/1", json=body), 422, "VALIDATION_ERROR")
        assert_problem(asker.client.put(f"{TASKS}/1", json=body), 422, "VALIDATION_ERROR")
    for complete in ({}, {"completed": "yes"}, {"completed": True, "x": 1}):
        assert_problem(asker.client.patch(f"{TASKS}/1/complete", json=complete), 422, "VALIDATION_ERROR")


def test_only_json_is_taken(asker: Person) -> None:
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/jsonp",
        "",
        "json",
    ):
        answer = asker.client.post(TASKS, content=b'{"title":"x"}', headers={"Content-Type": kind})
        assert_problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    for body in (b'{"title":"x"}', gzip.compress(b'{"title":"x"}')):
        assert_problem(asker.client.post(TASKS, content=body, headers=headers), 415, "UNSUPPORTED_MEDIA_TYPE")
    for kind in ("application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"):
        assert asker.client.post(TASKS, content=b'{"title":"x"}', headers={"Content-Type": kind}).status_code == 201


def test_sizes_are_bounded(asker: Person) -> None:
    def padded(size: int, fields: bytes) -> bytes:
        return fields + b" " * (size - len(fields))

    one, many = b'{"title":"x"}', b'{"tasks":[{"title":"x"}]}'
    for path, body, limit in ((TASKS, one, 65_536), (f"{TASKS}/batch", many, 2_097_152)):
        assert asker.client.post(path, content=padded(limit, body), headers=JSON).status_code == 201
        assert_problem(asker.client.post(path, content=padded(limit + 1, body), headers=JSON), 413, "PAYLOAD_TOO_LARGE")
        streamed = asker.client.post(path, content=(padded(limit, b"{") for _ in range(2)), headers=JSON)
        assert_problem(streamed, 413, "PAYLOAD_TOO_LARGE")


def test_refusals_come_in_their_order(asker: Person) -> None:
    unknown = f"{TASKS}/{uuid.uuid4()}"
    big = b"x" * 70_000
    assert_problem(
        asker.client.patch(unknown, content=big, headers={"Content-Type": "text/plain"}), 413, "PAYLOAD_TOO_LARGE"
    )
    wrong_kind = asker.client.patch(f"{unknown}?x=1", content=b"{", headers={"Content-Type": "text/plain"})
    assert_problem(wrong_kind, 415, "UNSUPPORTED_MEDIA_TYPE")
    stale = {**JSON, "If-Match": '"stale"'}
    assert_problem(asker.client.patch(unknown, content=b"{", headers=stale), 422, "VALIDATION_ERROR")
    assert_problem(asker.client.patch(unknown, content=b'{"title":"x"}', headers=stale), 404, "TASK_NOT_FOUND")


@pytest.mark.parametrize(
    "key",
    ["0", "01", "-1", "+1", "1.0", "1e3", "x", "a" * 300, "9" * 300, "9007199254740993", "%00", "%20", "1%20", "%E2%80%AE",
     "%ED%A0%80", "%FF", "é", "١", "null", "undefined", "00000000-0000-0000-0000-00000000000g",
     "0123456789abcdef0123456789abcdef", "{01a20230-f473-7e75-8f14-eb61afd9f6f1}",
     "01a20230-f473-7e75-8f14-eb61afd9f6f1", "2147483648"],
)  # fmt: skip
def test_what_is_no_id_is_no_task(asker: Person, key: str) -> None:
    for method, path in (("GET", key), ("DELETE", key), ("POST", f"{key}/toggle"), ("POST", f"{key}/restore")):
        assert_problem(asker.client.request(method, f"{TASKS}/{path}"), 404, "TASK_NOT_FOUND")


def test_an_id_may_be_written_in_capitals(asker: Person) -> None:
    task = asker.add()
    assert asker.client.get(f"{TASKS}/{task['id'].upper()}").json()["task"] == task


def test_an_old_time_keeps_its_digits(asker: Person) -> None:
    task = asker.add()
    assert all(len(task[name].split(".")[1]) == len("123456Z") for name in ("created_at", "updated_at"))
