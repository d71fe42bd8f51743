"""What `make crash` sends: the ledger agrees with a server that does exactly that, and nothing grows."""

import json
from typing import Any

import pytest

from bench.endurance.connection import Answer
from durability.crash import schedule
from durability.crash.answers import surprise
from durability.crash.attempt import Attempt, Outcome, State
from durability.crash.check import Found, check
from durability.crash.journal import Journal
from durability.crash.ledger import Ledger
from durability.crash.writes import Writes

ADA = "ada"


class Obedient:
    """Does what attempts say."""

    def __init__(self) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.made = 0

    def do(self, attempt: Attempt) -> list[dict[str, Any]]:
        touched = [self._write(key, state) for key, state in attempt.changes.items()]
        for state in attempt.born:
            self.made += 1
            touched.append(self._write(f"id-{self.made}", state))
        return [task for task in touched if task and "deleted_at" not in task]

    def lists(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        tasks = list(self.tasks.values())
        return [one for one in tasks if "deleted_at" not in one], [one for one in tasks if "deleted_at" in one]

    def _write(self, key: str, state: State | None) -> dict[str, Any] | None:
        self.tasks.pop(key, None)
        if state is None:
            return None
        text = {"title": state.title, "description": state.description, "completed": state.completed}
        deleted = {"deleted_at": "now"} if state.deleted else {}
        self.tasks[key] = {"id": key, "number": int(key[3:]), "user_id": ADA, **text, **deleted}
        return self.tasks[key]


def test_a_server_that_does_as_it_is_told_passes_and_nothing_grows() -> None:
    server, ledger, chance = Obedient(), Ledger(), schedule.chances(1, 0, 0)
    writes, kinds = Writes(ledger, chance), set()
    for number in range(1, 3_000):
        attempt = writes.make(number, schedule.kind(chance))
        kinds.add(attempt.kind)
        assert len(attempt.body.encode()) < 64 * 1024
        if attempt.expected >= 400:
            ledger.end(attempt, Outcome.REFUSED, "422")
        elif chance.random() < 0.1:
            if chance.random() < 0.5:
                server.do(attempt)
            ledger.end(attempt, Outcome.UNKNOWN, "the connection was lost")
        else:
            ledger.end(attempt, Outcome.ACKNOWLEDGED, "200", server.do(attempt))
        if number % 50 == 0:
            assert check(ledger, ADA, *server.lists()).violations == []
        assert len(server.tasks) < 150
    assert kinds == set(schedule.KINDS)
    check(ledger, ADA, *server.lists())
    assert check(ledger, ADA, *server.lists()) == Found()


@pytest.mark.parametrize(
    ("fields", "status", "fine"),
    [
        ({}, 201, True),
        ({"title": "#2# another"}, 201, False),
        ({"description": "cut"}, 201, False),
        ({"user_id": "grace"}, 201, False),
        ({}, 200, False),
    ],
)
def test_an_answer_must_be_what_was_asked_for(fields: dict[str, str], status: int, fine: bool) -> None:
    task = {"id": "1", "user_id": ADA, "title": "#1# one", "description": "", "completed": False}
    attempt = Attempt(1, "create", "POST", "/", expected=201, born=(State("#1# one", "", completed=False),))
    answer = Answer(status, b"", json.dumps({"task": task | fields}).encode())
    assert (surprise(attempt, answer, ADA) == "") is fine


def test_the_journal_tells_the_history_of_a_task_and_the_last_kills(tmp_path: Any) -> None:
    journal = Journal(tmp_path / "ledger.jsonl")
    for number in range(100):
        attempt = Attempt(number, "edit", "PATCH", "/", changes={f"id-{number % 2}": None})
        journal.begun(0, attempt)
        journal.ended(0, attempt)
        journal.note(f"killed: {number}")
    found = journal.history(["id-1"])
    journal.close()
    assert not [line for line in found if "id-0" in line]
    assert [line for line in found if "#99#" in line]
    assert "killed: 99" in found[-1]
