"""The proof sees what it is there to see: each fault on purpose is found, and told by few commands."""

from collections.abc import Callable

import pytest

from console import answers
from console.remote import tasks as remote
from console.remote import wire
from parity import compare, episode
from parity.doors import Told
from parity.model import Expected, Model
from parity.shrink import shrink, typed
from parity.step import Step
from tests.conftest import Server

ADD, UNDO = Step(("add", "--", " Straße "), True, False), Step(("undo",), True, False)
STEPS = [
    *[ADD] * 3,
    Step(("list", "--search=STRASSE"), False, False),
    Step(("toggle", "2"), True, False),
    Step(("delete", "--", "2,3"), True, False),
    UNDO,
    UNDO,
    Step(("complete", "٣"), False, False),
    Step(("clear", "--yes"), False, True),
    UNDO,
]


def test_doors_that_agree(server: Server) -> None:
    assert episode.run(server.url, STEPS) is None


MANY = [
    ADD,
    Step(("add", "--stdin"), True, False, 1_200),
    Step(("toggle", "2-1201"), False, False),
    Step(("delete", ",".join(map(str, range(1_100, 0, -1)))), True, False),
    UNDO,
    UNDO,
    Step(("clear", "--yes"), False, False),
    *[UNDO] * 2,
]


def test_thousands(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert episode.run(server.url, MANY) is None
    assert typed(MANY[1:2]) == "seq -f '🎉 %.0f' 1200 | todo add --json --stdin"
    monkeypatch.setattr(wire, "MANY_MAX", 1_100)
    assert "at most 1,100 tasks" in str(episode.run(server.url, MANY))


@pytest.mark.parametrize(
    ("place", "name", "fault", "few"),
    [
        (Model, "_undo", lambda self: {"success": True, "undone": "something"}, 1),
        (answers, "deleted", lambda count, numbers=(): answers.text("gone"), 4),
        (remote.RemoteTasks, "find", lambda self, **_: [], 2),
        (remote, "spoken", lambda numbers: "some", 4),
    ],
    ids=["rules", "both consoles", "list", "undo"],
)
def test_a_fault_is_found(
    server: Server, monkeypatch: pytest.MonkeyPatch, place: object, name: str, fault: Callable[..., object], few: int
) -> None:
    monkeypatch.setattr(place, name, fault)
    assert episode.run(server.url, STEPS) is not None
    found = shrink(STEPS, lambda some: episode.run(server.url, some) is not None)
    assert len(found) == few, typed(found)


def test_what_is_told_can_be_typed() -> None:
    step = Step(("add", "--", "it's", "\x1b\u202e\n"), True, False)
    assert typed([step, UNDO]) == "todo add --json -- 'it'\"'\"'s' $'\\x1b\\u202e\\n'\ntodo undo --json"


def test_quiet_is_ids_and_nothing_else() -> None:
    added = Expected(0, {"success": True, "task": {"id": 3}})
    gone = Expected(0, {"success": True, "deleted": 2})
    for told, expected, right in (
        (Told(0, "3\n", ""), added, True),
        (Told(0, "4\n", ""), added, False),
        (Told(0, "[ ] 3 x\n", ""), added, False),
        (Told(0, "3\n", "Added.\n"), added, False),
        (Told(0, "1\n2\n", ""), gone, True),
        (Told(0, "", ""), gone, True),
        (Told(0, "Deleted 2.\n", ""), gone, False),
    ):
        assert (compare.calls(told, told, expected, as_json=False, quiet=True) is None) is right, told
