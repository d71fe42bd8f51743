"""The pages under `docs/` and the README: their links lead somewhere, and the commands in them exist."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from console.commands import COMMANDS
from server.main import main as todo_server

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md")])
TARGETS = re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)


def name(document: Path) -> str:
    return str(document.relative_to(ROOT))


def command_lines(document: Path) -> Iterator[list[str]]:
    """The words of each command in a block that is no program's text, continued lines joined."""
    for block in re.findall(r"^```\w*\n(.*?)^```$", document.read_text(), re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            found = re.match(r"\s*(?:\$ )?(?:.*?&& )?(?:\S*/)?(todo|todo-server|todo-admin|make) (?!=)(.*)", line)
            if found:
                words = found[2].partition("  #")[0].partition(" # ")[0]
                yield [found[1], *shlex.split(re.split(r" [|<>;]|\)$", words)[0])]


def _check_server(words: list[str]) -> None:
    command: click.Command = todo_server
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found, words
        command = found
        words.pop(0)
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        if word.startswith("-"):
            assert word.partition("=")[0] in known | {"--help", "-h"}, (command.name, word)


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_the_commands_of_a_page_exist(document: Path) -> None:
    for program, *words in command_lines(document):
        if program == "make":
            assert {word for word in words if "=" not in word} <= set(TARGETS), words
        elif program in ("todo-server", "todo-admin"):
            _check_server(words)
        elif words and not words[0].startswith("-"):
            assert words[0] in COMMANDS, words


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_the_links_of_a_page_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text()):
        if not re.match(r"https?:|mailto:", target):
            assert (document.parent / target).exists(), target


def test_the_page_of_the_configuration_is_made_from_the_settings() -> None:
    subprocess.run([sys.executable, ROOT / "bin" / "configuration", "--check"], check=True, cwd=ROOT)
