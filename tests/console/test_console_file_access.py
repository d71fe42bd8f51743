"""Where the file is and what may be done with it."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.console.calls import Console, record, run


def test_modes(todo: Console) -> None:
    todo("add", "x")
    assert stat.S_IMODE(todo.path.stat().st_mode) == 0o600
    todo.path.chmod(0o640)
    todo("add", "y")
    assert stat.S_IMODE(todo.path.stat().st_mode) == 0o640
    assert stat.S_IMODE(todo.path.with_name("tasks.json.undo").stat().st_mode) == 0o600
    assert {path.name for path in todo.path.parent.iterdir()} == {"tasks.json", "tasks.json.lock", "tasks.json.undo"}


def test_a_link_stays_a_link(todo: Console, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "real.json"
    target.parent.mkdir()
    todo.path.symlink_to(target)
    assert todo("list").code == 0
    todo("add", "x")
    assert todo.path.is_symlink()
    assert len(json.loads(target.read_bytes())) == 1
    todo.path.unlink()
    todo.path.symlink_to(todo.path)
    assert todo("list").code == 1


def test_reading_leaves_no_trace(todo: Console) -> None:
    todo.holds([record(1)])
    before = todo.path.stat()
    todo("list")
    todo("show", "1")
    assert list(todo.path.parent.iterdir()) == [todo.path]
    assert todo.path.stat().st_mtime_ns == before.st_mtime_ns


def test_what_is_no_regular_file_is_refused(todo: Console, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/null")):
        monkeypatch.setenv("TODO_STORAGE_FILE", str(path))
        assert "no regular file" in todo("list").err
        assert todo("add", "x").code == 1
    for name in (tmp_path / "missing" / "tasks.json", tmp_path / ("x" * 255)):
        monkeypatch.setenv("TODO_STORAGE_FILE", str(name))
        outcome = todo("add", "x")
        assert (outcome.code, outcome.err.count("\n")) == (1, 1)
    assert not Path("/dev/null.lock").exists()


def test_the_default_file_is_in_the_home(todo: Console, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TODO_STORAGE_FILE", "")
    todo("add", "x")
    assert len(json.loads((tmp_path / ".todo_data.json").read_bytes())) == 1


def test_a_folder_that_cannot_be_written() -> None:
    script = (
        "import os, sys, console.program, console.main\n"
        "os.getuid() or os.setresuid(65534, 65534, 65534)\n"
        "sys.exit(console.main.main())"
    )
    with TemporaryDirectory() as name:
        path = Path(name) / "tasks.json"
        path.write_text(json.dumps([record(1)]))
        path.chmod(0o644)
        path.parent.chmod(0o555)
        environment = {**os.environ, "TODO_STORAGE_FILE": str(path)}
        call = [sys.executable, "-c", script]
        listed = subprocess.run([*call, "list"], env=environment, capture_output=True, text=True, check=False)
        assert (listed.returncode, listed.stdout) == (0, "[ ] 1 Call Ada\n")
        refused = subprocess.run([*call, "add", "x"], env=environment, capture_output=True, text=True, check=False)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "Permission denied" in refused.stderr
        assert refused.stderr.count("\n") == 1
        assert json.loads(path.read_bytes()) == [record(1)]
        assert list(path.parent.iterdir()) == [path]
        path.parent.chmod(0o755)


def test_a_read_only_file_is_left_alone(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    todo("add", "one")
    before = todo.path.read_bytes()
    monkeypatch.setattr("todo.files.os.access", lambda path, _: path != todo.path)
    outcome = todo("add", "two")
    assert (outcome.code, outcome.out) == (1, "")
    assert "read-only" in outcome.err
    assert todo.path.read_bytes() == before


def test_deep_records_are_kept_or_refused(todo: Console) -> None:
    for depth in range(700, 1000, 20):
        before = b'[{"id": 1, "title": "deep", "n": ' + b"[" * depth + b"]" * depth + b"}]"
        todo.holds(before)
        if todo("complete", "1").code == 0:
            assert todo("undo").code in (0, 1)
        else:
            assert todo.path.read_bytes() == before


def test_a_program_that_knows_no_lock_is_not_overwritten(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    todo("add", "mine")
    from console.contents import Contents

    read = Contents.free_numbers

    def meanwhile(contents: Contents) -> Iterator[int]:
        todo.holds([record(1), record(2, "theirs")])
        return read(contents)

    monkeypatch.setattr(Contents, "free_numbers", meanwhile)
    outcome = todo("add", "late")
    assert (outcome.code, outcome.out) == (5, "")
    assert todo.records == [record(1), record(2, "theirs")]


def test_a_call_as_a_program(tmp_path: Path) -> None:
    assert run(["add", "Call Ada"], tmp_path / "tasks.json").out == "[ ] 1 Call Ada\n"
    assert run(["show", "2"], tmp_path / "tasks.json").code == 2


def test_a_folder_that_is_not_there_is_named(todo: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "no" / "folder"
    monkeypatch.setenv("TODO_STORAGE_FILE", str(folder / "tasks.json"))
    advice = f"There is no folder {folder}: make it, or choose another place for tasks.json.\n"
    for words in (["add", "x"], ["complete", "1"], ["undo"], ["clear", "--yes"]):
        outcome = todo(*words)
        assert (outcome.code, outcome.err) == (1, f"todo: {advice}")
    assert todo("list").err == f"{advice}There are no tasks.\n"
    assert todo.json("list") == {"tasks": []}
    assert todo("status").err == advice
    assert todo("export", str(folder / "out.csv")).err.endswith(advice.replace("tasks.json", "out.csv"))
    (tmp_path / "no").write_text("a file")
    assert todo("add", "x").err == f"todo: {advice}"
