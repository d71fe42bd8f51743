"""The proof sees what it is there to see: each fault on purpose is found, and told by few commands."""

from collections.abc import Callable

import pytest

from console import answers
from console.remote import tasks as remote
from parity import episode
from parity.episode import Step
from parity.model import Model
from parity.shrink import shrink, typed
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
