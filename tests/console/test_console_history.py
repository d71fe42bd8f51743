"""The file of changes may be broken, stale or missing: the tasks never suffer."""

import json
from pathlib import Path

import pytest

from tests.console.calls import Console


def undo_file(todo: Console) -> Path:
    return todo.path.with_name("tasks.json.undo")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        b"\xff",
        b"{}",
        b"7",
        b"[7]",
        b"[{}]",
        b"[" * 100_000,
        b'[{"name": "x", "user": "cli-user", "numbers": [[]], "before": {}, "after": {}, "version": null}]',
        b'[{"name": "x", "user": "cli-user", "numbers": [9], "before": {"0": "1,2"}, "after": {}, "version": []}]',
        b'[{"name": "x", "user": "cli-user", "numbers": [9], "before": {"0": 5}, "after": {}, "version": []}]',
        b'[{"name": "x", "user": "cli-user", "numbers": [9], "before": {"a": "1"}, "after": {}, "version": []}]',
        b'[{"name": "x", "user": "cli-user", "numbers": [9], "before": {"0": "]"}, "after": {}, "version": []}]',
    ],
)
def test_a_broken_history_harms_nothing(todo: Console, content: bytes) -> None:
    todo("add", "one")
    before = todo.path.read_bytes()
    undo_file(todo).write_bytes(content)
    assert todo("undo").code == 1
    assert todo.path.read_bytes() == before
    todo("add", "two")
    assert todo.json("undo")["undone"] == "add 2"
    assert todo.path.read_bytes() == before


def test_a_history_that_cannot_be_written_stops_no_change(todo: Console) -> None:
    undo_file(todo).mkdir()
    outcome = todo("add", "one")
    assert (outcome.code, outcome.out) == (0, "[ ] 1 one\n")
    assert "cannot be undone" in outcome.err
    assert todo("undo").code == 1
    assert len(todo.tasks()) == 1


def test_a_change_that_never_came_about_is_not_undone(todo: Console) -> None:
    todo("add", "one")
    before = todo.path.read_bytes()
    status = todo.path.stat()
    todo("delete", "1")
    history = json.loads(undo_file(todo).read_bytes())
    todo.path.write_bytes(before)
    status = todo.path.stat()
    history[-1]["version"] = [status.st_ino, status.st_mtime_ns, status.st_size]
    undo_file(todo).write_text(json.dumps(history))
    assert todo.json("undo")["undone"] == "add 1"
