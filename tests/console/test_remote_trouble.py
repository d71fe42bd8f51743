"""Full disks, no home folder, damaged files: what a login and its history do then."""

import json
from pathlib import Path

import pytest

from tests.conftest import Person, Server
from tests.console.calls import Console, limited, run, tokens


def test_no_room_for_the_login(server: Server, ada: Person, tmp_path: Path) -> None:
    refused = limited(tmp_path / "tasks.json", 0, "login", server.url, "--email", ada.email, input=f"{ada.password}\n")
    assert refused.returncode == 1
    assert "cannot be written: File too large" in refused.stderr
    assert tokens(ada) == []


def test_no_room_for_the_history(afar: Console, ada: Person) -> None:
    afar("add", "one")
    refused = limited(afar.path, 0, "add", "two")
    assert (refused.returncode, refused.stdout) == (0, "[ ] 2 two\n")
    assert "This change cannot be undone" in refused.stderr
    assert len(ada.tasks()) == 2
    assert afar("undo").code == 1


def test_no_home(path: Path, tmp_path: Path) -> None:
    config = tmp_path / "file"
    config.write_text("")
    assert run(["list"], path, env={"TODO_CONFIG_DIR": str(config / "config")}).code == 1
    assert run(["list"], path, env={"TODO_CONFIG_DIR": str(tmp_path / "none")}).code == 0
    assert run(["list", "--local"], path, env={"TODO_CONFIG_DIR": str(config / "config")}).code == 0


@pytest.mark.parametrize("content", ["", "[]", "{", '{"server": 1}', '{"server": null, "token": null}'])
def test_a_damaged_login(todo: Console, content: str) -> None:
    file = todo.path.parent / "config" / "account.json"
    file.parent.mkdir()
    file.write_text(content)
    outcome = todo("list")
    assert (outcome.code, outcome.err.count("\n")) == (1, 1)
    assert "log in again" in outcome.err


@pytest.mark.parametrize("content", ["", "[]", "{", json.dumps({"changes": [{"name": 1}], "pending": 7})])
def test_a_damaged_history(afar: Console, content: str) -> None:
    afar("add", "one")
    (history,) = (afar.path.parent / "config").glob("undo-*.json")
    history.write_text(content)
    assert afar("undo").code == 1
    assert afar("add", "two").code == 0
    assert afar("undo").err == "Undone: add 2.\n"
