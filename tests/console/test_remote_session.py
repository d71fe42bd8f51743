"""Logging in and out: what is sent where, what stays on the disk, and what it costs when it goes wrong."""

import os
import stat

import pytest

from tests.conftest import Person
from tests.console.calls import Console, log_in, tokens
from tests.console.link import Link

PROBLEM = {"Content-Type": "application/problem+json"}


def test_a_token_and_nothing_else_stays(
    todo: Console, link: Link, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ada.client.get("/api/auth/sessions").json()
    outcome = log_in(todo, link.url, ada, monkeypatch)
    assert (outcome.code, outcome.out) == (0, "")
    assert tokens(ada) == [f"todo on {os.uname().nodename}"]
    assert len(ada.client.get("/api/auth/sessions").json()["sessions"]) == len(before["sessions"])
    file = todo.path.parent / "config" / "account.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert ada.password not in file.read_text()
    assert todo.json("status") == {
        "success": True,
        "server": link.url,
        "user": ada.email,
        "user_id": ada.id,
        "tasks": 0,
        "completed": 0,
    }
    todo("add", "x")
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}
    assert not todo.path.exists()
    assert todo.json("logout") == {"success": True, "server": link.url, "revoked": True}
    assert tokens(ada) == []
    assert [path.name for path in file.parent.iterdir()] == []
    assert todo.tasks() == []
    assert todo("logout").code == 4


def test_a_second_login_replaces_the_first(
    todo: Console, link: Link, ada: Person, grace: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (ada, grace, grace):
        assert log_in(todo, link.url, person, monkeypatch).code == 0
        assert todo.json("status")["user"] == person.email
    assert (len(tokens(ada)), len(tokens(grace))) == (0, 1)


def test_a_wrong_password(todo: Console, link: Link, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    ada.password += "?"
    outcome = log_in(todo, link.url, ada, monkeypatch)
    assert (outcome.code, outcome.err) == (4, "todo: The e-mail address or the password is wrong.\n")
    assert todo("status", "--server").code == 4
    ada.password = ""
    assert log_in(todo, link.url, ada, monkeypatch).code == 3


def test_the_second_factor_is_the_next_line(
    todo: Console, link: Link, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = b'{"error_code": "SECOND_FACTOR_REQUIRED", "detail": "Send the code."}'
    link.instead = [(401, PROBLEM, wanted), (401, PROBLEM, b'{"error_code": "INVALID_SECOND_FACTOR", "detail": "No."}')]
    outcome = log_in(todo, link.url, ada, monkeypatch, "123 456")
    assert (outcome.code, outcome.err) == (4, "todo: No.\n")
    link.instead = [(401, PROBLEM, wanted)]
    outcome = log_in(todo, link.url, ada, monkeypatch)
    assert (outcome.code, outcome.err.count("\n")) == (4, 1)
    assert "line after the password" in outcome.err


@pytest.mark.parametrize("url", ["http://todo.example.org", "http://192.168.1.7:8000", "http://127.0.0.1.example.org"])
def test_no_password_without_https(todo: Console, url: str) -> None:
    outcome = todo("login", url, "--email", "ada@example.com")
    assert (outcome.code, outcome.err.count("\n")) == (4, 1)
    assert "--insecure" in outcome.err


@pytest.mark.parametrize(
    "url",
    ["ftp://x", "https://", "http://a:b@localhost", "http://localhost:99999", "http://x y", "https://x?q", "", "::"],
)
def test_what_is_no_address(todo: Console, url: str) -> None:
    outcome = todo("login", "--email", "ada@example.com", "--", url)
    assert (outcome.code, outcome.err.count("\n")) == (1, 1)


def test_nobody_answers(todo: Console, ada: Person, link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(todo, link.url, ada, monkeypatch)
    link.shutdown()
    link.server_close()
    for words in (["list"], ["add", "x"], ["undo"], ["clear", "--yes"]):
        outcome = todo("--json", *words)
        assert outcome.code == (1 if words == ["undo"] else 75)
    status = todo("status", "--json")
    assert (status.code, status.json["error_code"], status.json["user"]) == (75, 75, ada.email)
    assert todo("--local", "add", "x").code == 0
    gone = todo("logout", "--json")
    assert (gone.code, gone.json["revoked"]) == (0, False)
    assert len(tokens(ada)) == 1
    assert log_in(todo, link.url, ada, monkeypatch).code == 75


def test_a_dead_token(afar: Console, ada: Person) -> None:
    found = ada.client.get("/api/auth/tokens").json()["tokens"][0]
    ada.client.delete(f"/api/auth/tokens/{found['id']}")
    for words in (["list"], ["add", "x"], ["status"]):
        outcome = afar("--json", *words)
        assert (outcome.code, outcome.json["error_code"]) == (4, 4)
        assert "todo login" in outcome.json["error"]
    assert afar.json("logout")["revoked"] is True


def test_which_place(afar: Console, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    afar("add", "afar")
    afar("add", "here", "--local")
    assert [task["title"] for task in afar.tasks()] == ["afar"]
    assert [task["title"] for task in afar.tasks("--local")] == ["here"]
    assert afar("list", "--local", "--server").code == 1
    assert afar("list", "--user-id", "bob").code == 4
    assert afar("list", "--user-id", "").code == 1
    assert len(afar.tasks("--user-id", ada.email.upper())) == len(afar.tasks("--user-id", ada.id)) == 1
    monkeypatch.setenv("TODO_SERVER", "https://elsewhere.example")
    assert afar("list").code == 4
    assert len(afar.tasks("--local")) == 1
    monkeypatch.delenv("TODO_SERVER")
    afar("logout")
    assert afar("list", "--server").code == 4


def test_a_script_with_a_token(todo: Console, link: Link, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    token = ada.client.post("/api/auth/tokens", json={"name": "nightly"}).json()["token"]
    monkeypatch.setenv("TODO_SERVER", f"{link.url}/")
    monkeypatch.setenv("TODO_TOKEN", token)
    todo("add", "from a script")
    assert todo.json("status")["user"] == ada.email
    assert len(todo.tasks("--user-id", ada.email)) == 1
    assert todo("list", "--user-id", "bob").code == 4
    assert todo("undo").err == "Undone: add 1.\n"
    monkeypatch.setenv("TODO_TOKEN", f"{token}x")
    advice = f"{link.url} does not accept TODO_TOKEN: set a token that is valid there."
    for words in (["list"], ["add", "x"], ["status"], ["list", "--user-id", ada.email]):
        assert todo(*words, "--json").json["error"] == advice
