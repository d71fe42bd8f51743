"""`push`: every record ends as imported, already there or rejected, is read back, and the file stays as it is."""

import json
import random

import pytest

from tests.conftest import Person
from tests.console.calls import Console, record
from tests.console.link import Link
from todo.rules import TITLE_MAX

STRANGE = b"""[
  {"id": 1, "title": "one", "user_id": "cli-user", "n": 1e400, "half": "\\ud83d", "created_at": "2024-02-29T12:00:00Z"},
  {"id": 1, "title": "Grace's", "user_id": "grace"},
  {"id": 2, "content": "two \xf0\x9f\x8e\x89", "completed": true},
  7,
  {"id": 2, "title": "two again", "completed": true, "user_id": null, "updated_at": "2025-07-01T10:00:00.5"},
  {"id": 3, "title": ""},
  {"id": 0, "title": "Grace's broken one", "user_id": "grace"},
  {"id": 9, "title": "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"}
]"""


def test_the_file_into_the_account(afar: Console, link: Link, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    ada.add("number 1 is taken")
    afar.holds(STRANGE)
    wanted = {
        "success": True,
        "dry_run": True,
        "total": 6,
        "imported": 3,
        "already_there": 0,
        "rejected": [
            {"position": 3, "reason": "Record 5 comes later and has the same id 2: that one counts."},
            {"position": 4, "reason": "A record must be an object."},
            {"position": 6, "reason": "Title cannot be empty."},
        ],
        "renumbered": [{"from": 1, "to": 10}],
    }
    monkeypatch.setenv("TODO_USER_ID", "cli-user")
    assert afar.json("push", "--dry-run") == wanted
    assert len(ada.tasks()) == 1
    assert afar.json("push") == wanted | {"dry_run": False}
    tasks = {task["number"]: task for task in ada.tasks()}
    assert {number: task["title"] for number, task in tasks.items()} == {
        1: "number 1 is taken",
        2: "two again",
        9: "שלום",
        10: "one",
    }
    assert tasks[10]["created_at"] == "2024-02-29T12:00:00.000000Z"
    assert tasks[2]["updated_at"] == "2025-07-01T08:00:00.500000Z"
    assert afar.path.read_bytes() == STRANGE
    again = wanted | {"imported": 0, "already_there": 3, "renumbered": [], "dry_run": False}
    afar("update", "10", "edited since")
    assert afar.json("push") == again
    assert len(ada.tasks()) == 4
    told = afar("push")
    assert told.err.splitlines()[-1].startswith("Pushed 0 of 6 records of cli-user: 3 already there, 3 rejected.")
    assert told.out.startswith("record 3 rejected: Record 5 comes later")


def test_thousands_with_taken_numbers(afar: Console, ada: Person, link: Link) -> None:
    chance = random.Random(11)  # noqa: S311
    numbers = list(range(1, 2501))
    chance.shuffle(numbers)
    afar.holds([record(number, f"task {number}", description="é" * chance.randrange(500)) for number in numbers])
    for _ in range(3):
        ada.add("in the way")
    pushed = afar.json("push")
    assert (pushed["total"], pushed["imported"], pushed["already_there"]) == (2500, 2500, 0)
    assert sorted(one["from"] for one in pushed["renumbered"]) == [1, 2, 3]
    assert sorted(one["to"] for one in pushed["renumbered"]) == [2501, 2502, 2503]
    assert len([asked for asked in link.asked if "import" in asked]) == 3
    assert afar.json("push")["already_there"] == 2500
    assert len(ada.tasks()) == 2503


def test_cut_in_the_middle_and_repeated(
    afar: Console, ada: Person, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    afar.holds([record(number) for number in range(1, 2001)])
    link.lose = 1
    assert afar.json("push")["imported"] == 2000
    afar.holds([record(number, "others") for number in range(3001, 5001)])
    link.instead = [(503, {"Content-Type": "text/plain"}, b"")] * 1000
    assert afar("push").code == 75
    link.instead = []
    assert afar.json("push")["imported"] == 2000
    assert len(ada.tasks()) == 4000


def test_nothing_to_push(afar: Console, link: Link) -> None:
    assert afar.json("push")["total"] == 0
    afar.holds([])
    assert afar.json("push")["total"] == 0
    afar.holds(b"{}")
    assert afar("push").code == 1
    assert link.asked == []
    afar("logout")
    assert afar("push").code == 4


def test_what_cannot_be_sent(afar: Console) -> None:
    deep = json.loads("[" * 150 + "]" * 150)
    afar.holds([record(1, deep=deep), record(2, note="x" * 2_100_000), record(3, "x" * TITLE_MAX)])
    pushed = afar.json("push")
    assert (pushed["total"], pushed["imported"]) == (3, 1)
    assert [one["position"] for one in pushed["rejected"]] == [1, 2]


def test_what_is_read_back_must_be_the_same(afar: Console, link: Link) -> None:
    afar.holds([record(1), record(2)])
    lie = {"total": 2, "imported": 2, "already_there": 0, "rejected": [], "renumbered": []}
    link.instead = [(200, {"Content-Type": "application/json"}, json.dumps(lie).encode())]
    outcome = afar("push", "--json")
    assert outcome.code == 1
    assert outcome.json["error"].endswith("records 1, 2.")
