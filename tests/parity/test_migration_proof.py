"""The migration proof: its own expectations, against the importer's rules and against lies."""

import json
from pathlib import Path

from parity.migration import __main__ as proof
from parity.migration.made_file import make
from todo.errors import InvalidTask
from todo.records import read_record


def test_what_is_dirt_and_what_is_not(tmp_path: Path) -> None:
    made = make(tmp_path / "tasks.json", 5000, 3)
    valid = {}
    for value in json.loads((tmp_path / "tasks.json").read_bytes()):
        try:
            record = read_record(value)
        except InvalidTask:
            continue
        valid[record.number] = record
    assert {number: record.title for number, record in valid.items()} == {
        number: task["title"] for number, task in made.tasks.items()
    }
    assert made.total == 5000
    assert 25 < made.rejected < 100


def test_lies_are_seen(tmp_path: Path) -> None:
    made = make(tmp_path / "tasks.json", 200, 3)
    tasks = [{"number": number, **task} for number, task in made.tasks.items()]
    assert proof._wrong_tasks(made, tasks) == []
    assert len(proof._wrong_tasks(made, tasks[1:])) == 2
    assert len(proof._wrong_tasks(made, [{**tasks[0], "title": "x"}, *tasks[1:]])) == 1
    assert len(proof._wrong_tasks(made, [*tasks, {**tasks[0], "number": 999}])) == 1
    right = {"imported": len(tasks), "already_there": 0, "rejected": [None] * made.rejected, "renumbered": []}
    again = {**right, "imported": 0, "already_there": len(tasks)}
    assert proof._wrong_sums(made, 0, right, again) == []
    assert len(proof._wrong_sums(made, 0, right, right)) == 1
    assert len(proof._wrong_sums(made, 1, right, {**again, "renumbered": [1]})) == 2
