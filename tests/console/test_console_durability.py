"""Many programs at once, programs killed in the middle, disks that are full: no acknowledged task is lost."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.console.calls import COMMAND, limited, record, run

ADD_FOR_EVER = """
import sys
from console.main import main
number = 0
while True:
    number += 1
    sys.argv = ["todo", "add", f"task {number}", "x" * 400]
    assert main() == 0
"""

TWO_HUNDRED_AT_ONCE = """
import os, sys
from console.program import run
start, go = os.pipe()
children = []
for number in range(200):
    child = os.fork()
    if child == 0:
        os.close(go)
        os.read(start, 1)
        os._exit(run(["add", f"task {number}"]))
    children.append(child)
os.close(go)
sys.exit(sum(os.waitpid(child, 0)[1] != 0 for child in children))
"""
"""Forked, so that they do all go at once: two hundred starts of Python would come one after the other."""


def environment(path: Path) -> dict[str, str]:
    return {**os.environ, "TODO_STORAGE_FILE": str(path)}


def test_twenty_programs_add_at_once(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    calls = [
        subprocess.Popen(
            [COMMAND, "add", f"task {number}", "--json"],
            env=environment(path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(20)
    ]
    added = []
    for call in calls:
        out, err = call.communicate(timeout=60)
        assert (call.returncode, err) == (0, "")
        added.append(json.loads(out)["task"])
    assert sorted(task["id"] for task in added) == list(range(1, 21))
    assert sorted(json.loads(path.read_bytes()), key=lambda task: task["id"]) == sorted(
        added, key=lambda task: task["id"]
    )


def test_two_hundred_programs_add_at_the_same_moment(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    done = subprocess.run(
        [sys.executable, "-c", TWO_HUNDRED_AT_ONCE],
        env=environment(path),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    records = json.loads(path.read_bytes())
    assert sorted(record["id"] for record in records) == list(range(1, 201))
    assert {record["title"] for record in records} == {f"task {number}" for number in range(200)}


def test_a_program_killed_at_any_moment_loses_nothing_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    chance = random.Random(7)  # noqa: S311
    acknowledged = 0
    for _ in range(12):
        call = subprocess.Popen(
            [sys.executable, "-c", ADD_FOR_EVER], env=environment(path), stdout=subprocess.PIPE, text=True
        )
        assert call.stdout is not None
        call.stdout.readline()
        time.sleep(chance.uniform(0, 0.08))
        call.send_signal(signal.SIGKILL)
        acknowledged += 1 + sum(line.endswith("\n") for line in call.stdout)
        call.stdout.close()
        call.wait(timeout=20)
        numbers = [task["id"] for task in json.loads(path.read_bytes())]
        assert numbers == list(range(1, len(numbers) + 1))
        # The last one may have been written and not yet said.
        assert acknowledged <= len(numbers) <= acknowledged + 1
        acknowledged = len(numbers)
    assert run(["add", "after all that"], path).code == 0
    for number in range(acknowledged + 1, acknowledged - 3, -1):
        assert run(["undo"], path).err == f"Undone: add {number}.\n"
    assert {found.name for found in tmp_path.iterdir()} == {"tasks.json", "tasks.json.lock", "tasks.json.undo"}


@pytest.mark.parametrize("words", [["add", "one more"], ["complete", "7"], ["delete", "7"], ["undo"]])
@pytest.mark.parametrize("size", [0, 1, 4096, 7000])
def test_a_full_disk_changes_nothing(tmp_path: Path, size: int, words: list[str]) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps([record(number, "x" * 100) for number in range(1, 51)]))
    assert run(["complete", "3"], path).code == 0
    before = path.read_bytes()
    assert len(before) > 8000
    refused = limited(path, size, *words)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "cannot be written: File too large. It is as before." in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert path.read_bytes() == before
    assert not path.with_name("tasks.json.tmp").exists()
    told = limited(path, size, *words, "--json")
    assert json.loads(told.stdout)["error_code"] == 1
    assert run(["undo"], path).err == "Undone: complete 3.\n"


def test_a_first_task_on_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    assert limited(path, 100, "add", "x").returncode == 1
    assert not path.exists()
    assert run(["add", "x"], path).code == 0
    assert run(["undo"], path).code == 0
    assert run(["undo"], path).code == 1


def test_a_stale_temporary_file_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.with_name("tasks.json.tmp").write_text("half a fi")
    assert run(["add", "x"], path).code == 0
    assert not path.with_name("tasks.json.tmp").exists()
