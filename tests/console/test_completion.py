"""Completion, asked of the shells themselves."""

import json
import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.console.calls import COMMAND, Console, record

AWKWARD = "a: 'b' \"c\" $(touch x) `d` \\e 🎉 שלום"


@pytest.fixture
def environment(path: Path, tmp_path: Path) -> dict[str, str]:
    records = [record(1, AWKWARD), record(2, "Done", completed=True), record(13, "Call Grace")]
    path.write_text(json.dumps(records))
    return {
        "PATH": f"{COMMAND.parent}:{os.environ['PATH']}",
        "TODO_STORAGE_FILE": str(path),
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm",
    }


def shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        assert "TODO_CI" not in os.environ, f"{name} is missing"
        pytest.skip(f"{name} is not installed")
    return found


def run(words: list[str], environment: dict[str, str]) -> list[str]:
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def in_bash(environment: dict[str, str], *words: str) -> list[str]:
    code = """
source <(todo completion bash)
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_todo
printf '%s\\n' "${COMPREPLY[@]}"
"""
    return run([shell("bash"), "--norc", "-c", code, "bash", "todo", *words], environment)


def in_fish(environment: dict[str, str], line: str) -> list[str]:
    return run(
        [shell("fish"), "--no-config", "-c", f"todo completion fish | source; complete -C '{line}'"], environment
    )


def in_zsh(environment: dict[str, str], line: str) -> str:
    """What a person sees after Tab on a real terminal."""
    program = shell("zsh")
    child, terminal = pty.fork()
    if child == 0:
        os.execve(program, ["zsh", "-f", "-i"], environment)  # noqa: S606
    start = "autoload -U compinit; compinit -u -D; source <(todo completion zsh); PS1='> '; clear; echo rea''dy\n"
    os.write(terminal, start.encode())
    screen, deadline = b"", time.monotonic() + 30
    sent = False
    try:
        while time.monotonic() < deadline:
            if select.select([terminal], [], [], 2)[0]:
                screen += os.read(terminal, 65536)
                if not sent and b"ready" in screen:
                    screen, sent = b"", True
                    os.write(terminal, f"{line}\t\t".encode())
            elif sent:
                break
    finally:
        os.close(terminal)
        os.waitpid(child, 0)
    return screen.decode()


def test_bash(environment: dict[str, str]) -> None:
    assert "complete" in in_bash(environment, "co")
    assert in_bash(environment, "complete", "") == [f"1  {AWKWARD}", "13  Call Grace"]
    assert in_bash(environment, "incomplete", "") == ["2"]
    assert in_bash(environment, "--json", "--user-id", "cli-user", "complete", "13") == ["13"]
    assert in_bash(environment, "list", "--p") == ["--pending"]
    assert in_bash(environment, "completion", "") == ["bash", "zsh", "fish"]


def test_fish(environment: dict[str, str]) -> None:
    assert "complete\tmark tasks as done" in in_fish(environment, "todo co")
    assert in_fish(environment, "todo complete ") == [f"1\t{AWKWARD}", "13\tCall Grace"]
    assert in_fish(environment, "todo incomplete ") == ["2\tDone"]
    assert [line.split("\t")[0] for line in in_fish(environment, "todo list --p")] == ["--pending"]


def test_zsh(environment: dict[str, str], tmp_path: Path) -> None:
    seen = in_zsh(environment, "todo complete ")
    assert "Call Grace" in seen
    assert "a: 'b' \"c\" $(touch x) `d` \\e" in seen
    assert "Done" not in seen
    assert "incomplete 2" in in_zsh(environment, "todo incomplete ")
    assert "--pending" in in_zsh(environment, "todo list --p")
    assert not (tmp_path / "x").exists()


def test_an_unknown_shell(todo: Console) -> None:
    assert todo("completion", "tcsh").code == 1
    assert todo("completion").code == 3


def test_help_on_topics(todo: Console) -> None:
    assert todo("help").out == todo("--help").out
    assert todo("help", "add").out == todo("add", "--help").out
    assert "75" in todo("help", "exit-codes").out
    assert todo("help", "frobnicate").code == 1


@pytest.mark.parametrize(
    ("more", "grey"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)]
)
def test_colours_are_for_terminals(environment: dict[str, str], more: dict[str, str], grey: bool) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.execve(COMMAND, ["todo", "list"], environment | more)  # noqa: S606
    screen = b""
    while select.select([terminal], [], [], 20)[0]:
        try:
            screen += os.read(terminal, 4096)
        except OSError:
            break
    os.close(terminal)
    os.waitpid(child, 0)
    assert (b"\x1b[2m[x] 2 Done\x1b[m" in screen) is grey
    assert (b"\x1b" in screen) is grey
    assert (
        b"\x1b" not in subprocess.run([COMMAND, "list"], env=environment | more, capture_output=True, check=True).stdout
    )
