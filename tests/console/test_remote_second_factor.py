"""Logging in to an account with a second factor on the real server, and what is left after logging out."""

import os
import pty
import select

import pytest

from tests.accounts.one_time import switch_on
from tests.conftest import Person, Server
from tests.console.calls import COMMAND, Console, Outcome, log_in, tokens

USED = "todo: The code is wrong or was used already: wait for the next one.\n"


def test_codes_and_what_they_are_good_for(
    todo: Console, server: Server, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = switch_on(ada)
    sessions = len(ada.client.get("/api/auth/sessions").json()["sessions"])

    def enter(*code: str) -> Outcome:
        return log_in(todo, server.url, ada, monkeypatch, *code)

    without = enter()
    assert (without.code, without.err.count("\n")) == (4, 1)
    assert "second factor" in without.err
    confirmed_with = app.at(-1)
    for wrong in (confirmed_with, "000000" if app.at(0) != "000000" else "000001", "abc", "0000-0000-0000"):
        outcome = enter(wrong)
        assert (outcome.code, outcome.out, outcome.err) == (4, "", USED)
    assert tokens(ada) == []
    assert todo("status", "--server").code == 4
    code = app.code()
    spaced = f"{code[:3]} {code[3:]}"
    assert enter(spaced).code == 0
    assert todo.json("status")["user"] == ada.email
    assert enter(code).err == USED
    assert todo.json("status")["user"] == ada.email, "a login that fails leaves the one there was"
    recovery = app.recovery_codes[0]
    assert enter(recovery.upper()).code == 0
    assert enter(recovery).err == USED
    assert len(tokens(ada)) == 1, "the former login's token is dead"
    assert len(ada.client.get("/api/auth/sessions").json()["sessions"]) == sessions


def test_after_logging_out(todo: Console, server: Server, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    todo("add", "on the file")
    log_in(todo, server.url, ada, monkeypatch)
    todo("add", "on the account")
    assert todo("logout").err == f"Logged out of {server.url}.\n"
    assert [task["title"] for task in todo.tasks()] == ["on the file"]
    sentence = "todo: Not logged in: `todo login URL` does that.\n"
    for words in (["logout"], ["push"], ["list", "--server"], ["add", "x", "--server"], ["status", "--server"]):
        outcome = todo(*words)
        assert (outcome.code, outcome.out, outcome.err) == (4, "", sentence)
    monkeypatch.setenv("TODO_SERVER", server.url)
    outcome = todo("add", "x", "--json")
    assert (outcome.code, outcome.json["error_code"]) == (4, 4)
    assert f"todo login {server.url}" in outcome.json["error"]
    assert len(ada.tasks()) == 1


def test_a_login_on_a_terminal_shows_no_secret(todo: Console, server: Server, ada: Person) -> None:
    app = switch_on(ada)
    child, terminal = pty.fork()
    if child == 0:
        os.execv(COMMAND, ["todo", "login", server.url])  # noqa: S606
    answers = [("E-mail address: ", ada.email), ("Password: ", ada.password), ("code: ", app.recovery_codes[0])]
    screen = ""
    while select.select([terminal], [], [], 30)[0]:
        try:
            screen += os.read(terminal, 4096).decode()
        except OSError:
            break
        if answers and screen.endswith(answers[0][0]):
            os.write(terminal, f"{answers.pop(0)[1]}\n".encode())
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, screen
    assert f"Logged in on {server.url} as {ada.email}." in screen
    assert ada.password not in screen
    assert app.recovery_codes[0] not in screen
