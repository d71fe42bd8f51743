"""Lists: order, pages, filters, search."""

import base64
import hashlib
import itertools
import json
from typing import Any

import pytest

from tests.conftest import Person, assert_problem

TASKS = "/api/v1/tasks"
TITLES = ["b", "a", "B", "a", "ä", "é", "z", "🎉", "日", "Z", "_", "\u200b", "aa", "a\u0301", "~", "\uffee"]


def pages(person: Person, limit: int, **query: object) -> list[dict[str, Any]]:
    """All tasks, page by page."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        answer = person.client.get(TASKS, params={"limit": limit, **query, **({"cursor": cursor} if cursor else {})})  # type: ignore[dict-item]
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["tasks"]) <= limit
        found += page["tasks"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found
        assert len(page["tasks"]) == limit


@pytest.fixture
def library(ada: Person) -> Person:
    """Ada with tasks of many titles, some of them touched again."""
    for title in TITLES:
        ada.add(title, completed=len(title.encode()) > 1)
    for number in (5, 2, 9):
        ada.client.post(f"{TASKS}/{number}/toggle")
    return ada


def test_every_order_is_whole_and_stable_over_pages(library: Person) -> None:
    everything = library.tasks()
    keys = {
        "number": lambda task: (task["number"],),
        "created_at": lambda task: (task["created_at"], task["number"]),
        "updated_at": lambda task: (task["updated_at"], task["number"]),
        "title": lambda task: (task["title"], task["number"]),
    }
    for (name, key), limit in itertools.product(keys.items(), (1, 3, len(TITLES), 10_000)):
        expected = sorted(everything, key=key)
        assert pages(library, limit, sort=name) == expected
        assert pages(library, limit, sort=f"-{name}") == expected[::-1]


def test_pages_stay_true_while_tasks_come_and_go(library: Person) -> None:
    first = library.client.get(TASKS, params={"limit": 4, "sort": "title"}).json()
    library.client.delete(f"{TASKS}/{first['tasks'][-1]['number']}")
    library.add("!first of all")
    rest = library.client.get(TASKS, params={"limit": 10_000, "sort": "title", "cursor": first["next_cursor"]}).json()
    assert [task["title"] for task in first["tasks"] + rest["tasks"]] == sorted(TITLES)


def test_filters_and_their_pages(library: Person) -> None:
    for wanted in (True, False):
        found = pages(library, 2, completed=str(wanted).lower())
        assert found == [task for task in library.tasks() if task["completed"] is wanted]
    assert pages(library, 1, q="a", completed="false", sort="-title") == [
        task
        for task in sorted(library.tasks(), key=lambda task: (task["title"], task["number"]), reverse=True)
        if "a" in task["title"].casefold() and not task["completed"]
    ]


def test_search_finds_in_any_case_and_takes_nothing_for_a_pattern(ada: Person) -> None:
    ada.add("Straße nach ÉCOLE", description="ΟΔΟΣ 100% _sure_ \\o/")
    ada.add("привет", description="line one\nline two")
    hits = {
        "STRASSE": 1, "école": 1, "οδος": 1, "ΠРИВ": 0, "ПРИВЕТ": 1, "100%": 1, "%": 1, "_": 1, "\\": 1, "one\nline": 1,
        "école ": 0, "E\nE": 0, "": 2, " ": 2, "x" * 200: 0, "\x01": 0,
    }  # fmt: skip
    assert {text: len(ada.tasks(q=text)) for text in hits} == hits


def test_what_is_no_query_is_refused(ada: Person) -> None:
    for query in (
        "limit=0", "limit=10001", "limit=-1", "limit=x", "limit=1.0", "limit=", "limit=%D9%A1", "limit=1e2",
        "completed=1", "completed=True", "completed=", "sort=name", "sort=", "sort=--title", "sort=Number",
        "q=" + "x" * 201, "q=%00", "q=a%00b", "q=a&q=b", "limit=5&limit=5", "offset=1", "Q=x", "=x",
    ):  # fmt: skip
        assert_problem(ada.client.get(f"{TASKS}?{query}"), 422, "VALIDATION_ERROR")
    for path in ("/summary?x=1", "/1?x=1"):
        assert_problem(ada.client.get(TASKS + path), 422, "VALIDATION_ERROR")


def test_the_default_page_has_a_hundred(ada: Person) -> None:
    ada.client.post(f"{TASKS}/batch", json={"tasks": [{"title": "x"}] * 101})
    page = ada.client.get(TASKS).json()
    assert len(page["tasks"]) == 100
    assert len(ada.client.get(TASKS, params={"cursor": page["next_cursor"], "limit": 7}).json()["tasks"]) == 1


def test_a_cursor_belongs_to_one_list(library: Person, grace: Person) -> None:
    for title in TITLES:
        grace.add(title)
    cursor = library.client.get(TASKS, params={"limit": 2, "sort": "title", "q": "a"}).json()["next_cursor"]
    fitting = {"sort": "title", "q": "a", "cursor": cursor}
    assert library.client.get(TASKS, params=fitting).status_code == 200
    assert library.client.get(TASKS, params={**fitting, "limit": 1}).status_code == 200
    for other in ({"sort": "-title"}, {"sort": "number"}, {"q": "b"}, {"q": ""}, {"completed": "true"}):
        assert_problem(library.client.get(TASKS, params={**fitting, **other}), 422, "INVALID_CURSOR")
    assert_problem(grace.client.get(TASKS, params=fitting), 422, "INVALID_CURSOR")
    assert_problem(library.client.get(f"{TASKS}/deleted", params={"cursor": cursor}), 422, "INVALID_CURSOR")


def test_a_damaged_cursor_is_refused(library: Person) -> None:
    cursor = library.client.get(TASKS, params={"limit": 2}).json()["next_cursor"]
    broken = [
        cursor[:-1],
        cursor + "A",
        cursor[::-1],
        "",
        "x",
        "=",
        "é",
        "%00",
        base64.b64encode(b'["x",1]').decode(),
        cursor + "=",
    ]
    broken += [
        cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :] for place in range(len(cursor))
    ]
    for damaged in broken:
        assert_problem(library.client.get(TASKS, params={"cursor": damaged}), 422, "INVALID_CURSOR")


def test_a_forged_cursor_is_refused(ada: Person) -> None:
    """The seal is no secret: with the right one, whatever it holds, there is an answer that is no failure."""
    me = ada.client.get("/api/auth/me").json()["user"]["id"]
    lists: list[tuple[str, list[object]]] = [
        *((f"{TASKS}?sort={sort}", [me, sort, None, ""]) for sort in ("number", "-title", "created_at", "updated_at")),
        (f"{TASKS}/deleted?limit=1", [me, "bin"]),
        ("/api/auth/events?limit=1", ["events", me]),
    ]
    parts = [*rb'-1 1.0 1e400 true null [] {} "\u0000" "\ud800"'.split(), b"9" * 30, b"9" * 5000]
    parts += [b'{"at":"x"}', b'{"at":5}', b'{"at":"2026-01-01"}', b'{"at":"0001-01-01T00:00:00+14:00"}', b'{"id":5}']
    bodies = [b"", b"x", b"\xff", b"1", b"{}", b"[1]", b"[1,2,3]", b"[" * 500, *(b"[%b,1]" % part for part in parts)]
    bodies += [b"[1,%b]" % part for part in parts]
    for address, scope in lists:
        described = json.dumps([str(part) for part in scope], separators=(",", ":")).encode()
        for body in bodies:
            mark = hashlib.sha256(described + b"\0" + body).digest()[:12]
            cursor = base64.urlsafe_b64encode(mark + body).decode().rstrip("=")
            answer = ada.client.get(f"{address}&cursor={cursor}")
            code = "VALIDATION_ERROR" if len(cursor) > 2048 else "INVALID_CURSOR"
            assert_problem(answer, 422, code)


def test_ten_thousand_tasks_in_one_answer(ada: Person) -> None:
    for part in range(10):
        batch = [{"title": f"task {part * 1000 + i}"} for i in range(1000)]
        assert ada.client.post(f"{TASKS}/batch", json={"tasks": batch}).status_code == 201
    tasks = ada.tasks()
    assert [task["number"] for task in tasks] == list(range(1, 10_001))
    assert len(ada.tasks(q="TASK 99")) == 111
    assert ada.tasks(sort="-updated_at", limit=1)[0]["number"] == 10_000
