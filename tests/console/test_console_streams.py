"""The command among other programs: encodings, pipes, a terminal, interruption. Never a traceback."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.console.calls import COMMAND, Console, record, run


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LANG": "C", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_any_encoding(path: Path, env: dict[str, str]) -> None:
    listed = run(["list"], path, env=env)
    assert (listed.code, listed.err) == (0, "")
    assert listed.out.startswith("[x] 1 Gr")
    assert listed.out.endswith("\n[ ] 2 Call Ada\n")
    told = run(["list", "--json"], path, env=env)
    assert json.loads(told.out)["tasks"][0]["title"] == "Grüße 🎉 שלום 日本語"
    assert run(["show", "日"], path, env=env).code == 2
    added = run(["add", "Grüße 🎉", "--json"], path, env=env)
    if env.get("PYTHONUTF8") != "0":
        assert json.loads(added.out)["task"]["title"] == "Grüße 🎉"
    assert "Traceback" not in added.err


def test_unicode_stays_whole(path: Path) -> None:
    assert run(["list"], path, env={"PYTHONUTF8": "1"}).out.startswith("[x] 1 Grüße 🎉 שלום 日本語\n")


def test_a_title_cannot_command_the_terminal(todo: Console) -> None:
    todo("add", "one\n[x] 9 two\x1b[2J\x9b31m\x07\u2028\r\x7f", "a\x1b]0;b\nid: 9")
    assert todo("list").out == "[ ] 1 one\\n[x] 9 two\\x1b[2J\\x9b31m\\x07\\u2028\\r\\x7f\n"
    shown = todo("show", "1").out
    assert "\x1b" not in shown
    assert "\nid: 9" not in shown
    assert "\x1b" not in todo("show", "\x1b[2J").err
    assert "\x9b" not in todo("list", "--json").out
    assert todo.tasks()[0]["title"].startswith("one\n[x] 9 two\x1b[2J")


@pytest.mark.parametrize("words", [[b"add", b"half \xff"], [b"add", b"x", b"\xff"], [b"--user-id", b"\xff", b"list"]])
def test_bytes_that_are_no_text(path: Path, words: list[bytes]) -> None:
    before = path.read_bytes()
    outcome = run(words, path, env={"PYTHONUTF8": "1"})
    assert (outcome.code, outcome.out) == (1, "")
    assert "contains a character that cannot be stored (U+DCFF): remove it." in outcome.err
    told = run([*words, b"--json"], path, env={"PYTHONUTF8": "1"})
    assert json.loads(told.out)["error_code"] == 1
    assert path.read_bytes() == before
    assert run([b"sh\xffow", b"--json"], path, env={"PYTHONUTF8": "1"}).code == 1
    assert run([b"show", b"\xff"], path, env={"PYTHONUTF8": "1"}).code == 2


def test_a_reader_who_leaves_is_no_error(path: Path) -> None:
    path.write_text(json.dumps([record(number, "x" * 100) for number in range(1, 5000)]))
    script = f'{COMMAND} list | head -n 1; echo "${{PIPESTATUS[0]}}"; {COMMAND} list --json | true; {COMMAND} list >&-'
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607
        env={**os.environ, "TODO_STORAGE_FILE": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"[ ] 1 {'x' * 100}\n0\n"
    assert done.stderr == ""


CANNOT = "answer cannot be written: No space left on device.\n"
CHANGES = [
    "add x",
    "complete 1 2",
    "update 1 x",
    "import more.csv --yes",
    "export out.csv",
    "delete 1",
    "undo",
    "clear --yes",
]


def into_full_disk(path: Path, call: str) -> str:
    """What a call says on stderr whose answer goes onto a full disk."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [COMMAND, *call.split()],
            env={**os.environ, "TODO_STORAGE_FILE": str(path)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=path.parent,
            check=False,
        )
    assert done.returncode == 1
    return done.stderr


def test_an_answer_that_cannot_be_written(path: Path) -> None:
    for call in ("list", "list --json", "--help", "complete 9 --json", "import path --dry-run --json"):
        assert into_full_disk(path, call) == f"todo: The {CANNOT}"


def test_a_change_is_told_where_its_answer_cannot_be_written(path: Path) -> None:
    (path.parent / "more.csv").write_text("title\nmore\n")
    for call in CHANGES:
        before = sorted((child.name, child.stat().st_mtime_ns) for child in path.parent.iterdir())
        assert into_full_disk(path, f"{call} --json") == f"todo: The change was made, but the {CANNOT}"
        assert before != sorted((child.name, child.stat().st_mtime_ns) for child in path.parent.iterdir())
    assert into_full_disk(path, "clear --yes --json") == f"todo: The {CANNOT}"
