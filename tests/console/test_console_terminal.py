"""On a terminal: questions, interruption, and text that must not command it."""

import json
import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.console.calls import COMMAND, Console, record


def on_terminal(path: Path, words: list[str], keys: bytes) -> tuple[int, str]:
    """A call whose stdin, stdout and stderr are one terminal: exit code and everything on the screen."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TODO_STORAGE_FILE"] = str(path)
        os.execv(COMMAND, ["todo", *words])  # noqa: S606
    screen = b""
    sent = False
    while select.select([terminal], [], [], 20)[0]:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        screen += part
        if not sent and b"[y/N]" in screen:
            os.write(terminal, keys)
            sent = True
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), screen.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("words", "keys", "question", "code", "left"),
    [
        (["clear"], b"y\n", "Delete 2 tasks?", 0, 0),
        (["clear"], b"YES\n", "Delete 2 tasks?", 0, 0),
        (["clear", "--completed"], b"y\n", "Delete 1 completed task?", 0, 1),
        (["clear"], b"\n", "Delete 2 tasks?", 1, 2),
        (["clear"], b"n\n", "Delete 2 tasks?", 1, 2),
        (["clear"], b"\xff\n", "Delete 2 tasks?", 1, 2),
        (["clear"], b"\x04", "Delete 2 tasks?", 1, 2),
        (["clear"], b"\x03", "Delete 2 tasks?", 130, 2),
        (["clear", "--yes"], b"", "Deleted 2 tasks.", 0, 0),
    ],
)
def test_clear_asks_on_a_terminal(
    path: Path, words: list[str], keys: bytes, question: str, code: int, left: int
) -> None:
    ended, screen = on_terminal(path, words, keys)
    assert ended == code
    assert question in screen
    assert "Traceback" not in screen
    assert len(json.loads(path.read_bytes())) == left


def test_clear_deletes_only_what_it_asked_about(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    todo.holds([record(1), record(2)])

    def meanwhile(count: int, *, completed: bool) -> None:
        assert (count, completed) == (2, False)
        todo.holds([record(1), record(2), record(3)])

    monkeypatch.setattr("console.commands.confirm_clearing", meanwhile)
    assert todo.json("clear") == {"success": True, "deleted": 2}
    assert todo.records == [record(3)]


def test_an_interrupted_call_is_quiet(path: Path) -> None:
    # The lock is held here, so that the call waits.
    import fcntl

    with path.with_name("tasks.json.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call = subprocess.Popen(
            [COMMAND, "add", "x"],
            env={**os.environ, "TODO_STORAGE_FILE": str(path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        time.sleep(0.7)
        call.send_signal(signal.SIGINT)
        out, err = call.communicate(timeout=20)
    assert (call.returncode, out, err) == (130, b"", b"")
    assert len(json.loads(path.read_bytes())) == 2


def test_a_lock_that_is_never_released(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    todo("add", "one")
    monkeypatch.setattr("todo.files.PATIENCE", 0.05)
    with todo.path.with_name("tasks.json.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = todo("add", "two")
        assert (outcome.code, outcome.out) == (1, "")
        assert "in use by another program" in outcome.err
        assert todo("list").code == 0
    assert todo("add", "two").code == 0
