"""docs/console.md and the program say the same."""

import re
from pathlib import Path

from console.arguments import OPTIONS
from console.commands import COMMANDS
from console.exit_codes import INTERRUPTED, MEANINGS, ExitCode
from console.task import Task

DOCS = (Path(__file__).parents[2] / "docs" / "console.md").read_text()


def section(title: str) -> str:
    return DOCS.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_command_with_its_own_options() -> None:
    rows = re.findall(r"^\| `(todo [^`]*)` \|.*\| ?(.*) \|$", section("Commands"), re.MULTILINE)
    written = {usage: set(re.findall(r"--[a-z-]+", options)) for usage, options in rows}
    assert written == {command.usage: set(command.options) for command in COMMANDS.values()}


def test_every_option() -> None:
    assert set(re.findall(r"`(--[a-z-]+)", section("Commands"))) == set(OPTIONS)


def test_every_exit_code() -> None:
    written = [int(code) for code in re.findall(r"^\| (\d+) \|", section("Exit codes"), re.MULTILINE)]
    assert written == [*sorted(ExitCode), INTERRUPTED]
    assert set(written) <= set(MEANINGS)


def test_every_field_of_a_task() -> None:
    sentence = re.search(r"A task has ([^;]*);", section("Output"))
    assert sentence
    written = re.findall(r"`(\w+)`", sentence[1])
    assert written == [*Task(1, "", "", False, "", None, None).as_json()]
