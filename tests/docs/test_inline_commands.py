"""Commands within sentences: a block of a document runs each, or a test that is named here, or the text says that none does."""

import os
import re
import subprocess

import click
import pytest

from server.main import main as todo_server
from tests.conftest import BIN
from tests.docs.pages import DOCUMENTS, MADE, ROOT, blocks_of, text_of

BY_TESTS = {
    "--version": "tests/docs/test_inline_commands.py",
    "serve --workers": "tests/server/test_server_life.py",
    "users reset-second-factor": "tests/accounts",
    "backup create --no-verify": "tests/backup",
    "backup create --daily": "tests/backup",
    "backup restore --latest": "tests/recovery",
    "backup restore --at": "tests/recovery",
    "backup drill --all --tasks --json": ".ci/run",
}
UNTRIED = text_of("docs/index.md").partition("Not run here:")[2].partition("\n\n")[0]
Shape = tuple[tuple[str, ...], frozenset[str]]


def shape(words: list[str]) -> Shape:
    """The commands within commands, and the options. Fails where the program has no such command or option."""
    command: click.Command = todo_server
    path = []
    while (
        isinstance(command, click.Group) and words and (found := command.get_command(click.Context(command), words[0]))
    ):
        path.append(words.pop(0))
        command = found
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    assert options <= known, (path, options - known)
    return tuple(path), frozenset(options)


def inline(program: str) -> list[tuple[str, list[str]]]:
    """In which document, and the words after the program; what is no whole command, as `backup a|b`, is left out."""
    found = []
    for document in DOCUMENTS:
        text = re.sub(r"^```.*?^```$", "", text_of(document), flags=re.MULTILINE | re.DOTALL)
        text = re.sub(r"`[^`]+` \(not run here: ", "(", text)
        for span in re.findall(r"`([^`]+)`", text):
            words = re.fullmatch(rf"(?:.* )?(?:\S*/)?(?:{program}) ([^|]+)", span)
            if words and not words[1].startswith("..."):
                found.append((document, re.sub(r"[][]", "", words[1]).split()))
    return found


def in_blocks() -> set[Shape]:
    lines = [
        line.partition(" #")[0]
        for document in DOCUMENTS
        for block in blocks_of(document)
        for line in block.script.splitlines()
    ]
    return {shape(words.split()) for line in lines for words in re.findall(r"todo-(?:server|admin) ([^|;]+)", line)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_command_is_run_somewhere(document: str) -> None:
    run = in_blocks() | {shape(words.split()) for words in BY_TESTS}
    for words in (words for where, words in inline("todo-server|todo-admin") if where == document):
        path, options = shape(words)
        assert any(path == other[: len(path)] and options <= more | {"--json"} for other, more in run), words


@pytest.mark.parametrize("command", BY_TESTS)
def test_the_tests_that_are_named_have_it(command: str) -> None:
    place = ROOT / BY_TESTS[command]
    text = "".join(path.read_text() for path in ([place] if place.is_file() else sorted(place.rglob("*.py"))))
    for word in command.split():
        assert word in ("--tasks", "--json") or word in text, word


def test_each_target_is_made_by_the_checks_or_said_to_be_none() -> None:
    for document, (target, *_) in inline("make"):
        made = target in ("run", "setup", "help") or target in MADE
        assert made or f"`make {target}`" in UNTRIED, (document, target)
    for target in re.findall(r"`make ([a-z-]+)`", UNTRIED):
        assert target not in MADE, f"{target} is made by the checks"


@pytest.mark.parametrize("command", ["todo-server --version", "make help", "openssl rand -base64 48"])
def test_those_that_only_print(command: str) -> None:
    assert any(f"`{command}`" in text_of(document) for document in DOCUMENTS)
    environment = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["/usr/bin/env", *command.split()], env=environment, cwd=ROOT, capture_output=True, check=True
    )
    assert len(done.stdout) > 5


def test_what_needs_docker_says_so() -> None:
    for document in DOCUMENTS:
        for line in text_of(document).splitlines():
            assert "docker compose" not in line or re.search(r"not run here|Not: `docker", line, re.IGNORECASE), line
