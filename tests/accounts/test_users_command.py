"""`todo-server users`."""

import json
import os
import pty
import uuid

import pytest
from click.testing import CliRunner

from server.users import users as commands
from tests.accounts.conftest import bearer, new_email, refresh_token_in, sign_in, users_command
from tests.accounts.one_time import switch_on
from tests.conftest import BIN, PASSWORD, Person, Server, assert_problem, clean_environment


@pytest.fixture
def users(closed_server: Server):  # type: ignore[no-untyped-def]
    """Runs the command while the server runs."""

    def run(*arguments: str, stdin: str = "", fails: bool = False) -> str:
        done = users_command(closed_server, *arguments, stdin=stdin)
        assert (done.returncode == 1) is fails, done
        if fails:
            assert done.stdout == ""
            assert done.stderr.count("\n") == 1, done.stderr
            return done.stderr
        assert done.stderr == ""
        return done.stdout

    return run


def test_the_life_of_an_account(users, closed_server: Server) -> None:  # type: ignore[no-untyped-def]
    email = new_email()
    assert email in users("create", email, "--name", "Ada", stdin=f"{PASSWORD}\n")
    listed = json.loads(users("list", "--json"))["users"]
    [ada] = [user for user in listed if user["email"] == email]
    assert (ada["name"], ada["active"], ada["issuer"]) == ("Ada", True, None)
    assert email in users("list")
    with closed_server.client() as client:
        first = sign_in(client, email)
        assert first.json()["user"] == {name: ada[name] for name in ("id", "email", "name", "created_at")}
        token = first.json()["token"]["access_token"]
        script = client.post("/api/auth/tokens", json={"name": "x"}, headers=bearer(token)).json()["token"]

        users("deactivate", email.upper())
        for dead in (token, script):
            assert_problem(client.get("/api/v1/tasks", headers=bearer(dead)), 401, "UNAUTHORIZED")
        assert_problem(sign_in(client, email), 401, "INVALID_CREDENTIALS")
        users("activate", ada["id"])
        assert_problem(client.get("/api/auth/me", headers=bearer(token)), 401, "UNAUTHORIZED")
        second = sign_in(client, email)
        assert second.status_code == 200

        users("set-password", email, stdin="seven swans a-swimming\n")
        for dead in (second.json()["token"]["access_token"], script):
            assert_problem(client.get("/api/auth/me", headers=bearer(dead)), 401, "UNAUTHORIZED")
        sent = {"refresh_token": refresh_token_in(second)}
        assert_problem(client.post("/api/auth/refresh", json=sent), 401, "UNAUTHORIZED")
        assert_problem(sign_in(client, email), 401, "INVALID_CREDENTIALS")
        third = sign_in(client, email, "seven swans a-swimming").json()["token"]["access_token"]
        assert client.post("/api/v1/tasks", json={"title": "x"}, headers=bearer(third)).status_code == 201

        assert "--yes" in users("delete", email, fails=True)
        users("delete", email, "--yes")
        assert_problem(client.get("/api/v1/tasks", headers=bearer(third)), 401, "UNAUTHORIZED")
        assert_problem(sign_in(client, email, "seven swans a-swimming"), 401, "INVALID_CREDENTIALS")


def test_no_name_commands_the_terminal(users, closed_server: Server) -> None:  # type: ignore[no-untyped-def]
    email, name = new_email(), "Eve\x1b]52;c;ZXZpbA==\x07\x9b2J\nada@example.org  active  admin"
    users("create", email, stdin=f"{PASSWORD}\n")
    with closed_server.client() as client:
        headers = bearer(sign_in(client, email).json()["token"]["access_token"])
        assert client.patch("/api/auth/me", json={"name": name}, headers=headers).status_code == 200
    listed = users("list")
    [line] = [line for line in listed.split("\n") if email in line]
    assert line.endswith(r' active  "Eve\x1b]52;c;ZXZpbA==\x07\x9b2J\nada@example.org  active  admin"')
    assert set(listed) - {"\n"} == {character for character in listed if character.isprintable()}
    as_json = users("list", "--json")
    assert not set(as_json) & set(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) - {"\n"}
    assert name in [account["name"] for account in json.loads(as_json)["users"]]
    refused = users("deactivate", "\x1b[31m nobody", fails=True)
    assert r"\x1b[31m nobody" in refused


def test_a_lost_second_factor_is_taken_away(users, closed_server: Server) -> None:  # type: ignore[no-untyped-def]
    email = new_email()
    users("create", email, stdin=f"{PASSWORD}\n")
    assert "had no second factor" in users("reset-second-factor", email)
    with closed_server.client() as client:
        client.headers.update(bearer(sign_in(client, email).json()["token"]["access_token"]))
        app = switch_on(Person(email, PASSWORD, {}, "", "", client))
        assert_problem(sign_in(client, email), 401, "SECOND_FACTOR_REQUIRED")
        assert "password alone" in users("reset-second-factor", email.upper())
        assert sign_in(client, email).status_code == 200
        status = client.get("/api/auth/second-factor").json()
        assert (status["enabled"], status["recovery_codes_left"]) == (False, 0)
        again = {"email": email, "password": PASSWORD, "code": app.recovery_codes[0]}
        assert client.post("/api/auth/login", json=again).status_code == 200  # nobody asks for it any more
    assert "nobody@" in users("reset-second-factor", "nobody@example.com", fails=True)


def test_what_is_refused_with_one_sentence(users) -> None:  # type: ignore[no-untyped-def]
    email = new_email()
    for command, unknown in (("deactivate", email), ("delete", str(uuid.uuid4())), ("set-password", "nobody")):
        assert unknown in users(command, unknown, stdin=f"{PASSWORD}\n", fails=True)
    assert "e-mail" in users("create", "no address", stdin=f"{PASSWORD}\n", fails=True)
    assert "common" in users("create", email, stdin="password\n", fails=True)
    assert "8 characters" in users("create", email, fails=True)
    assert "empty" in users("create", email, "--name", "", stdin=f"{PASSWORD}\n", fails=True)
    users("create", email, stdin=f"{PASSWORD}\n")
    assert "already" in users("create", email.upper(), stdin=f"{PASSWORD}\n", fails=True)


def test_a_password_is_asked_for_twice_and_not_shown(closed_server: Server) -> None:
    email = new_email()
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(closed_server.data_dir.parent)
        command = [str(BIN / "todo-server"), "users", "create", email, "--data-dir", str(closed_server.data_dir)]
        os.execve(command[0], command, clean_environment(**closed_server.beside))  # noqa: S606
    shown = b""
    for prompt in (b"Password: ", b"Repeat for confirmation: "):
        while not shown.endswith(prompt):
            shown += os.read(terminal, 1024)
        os.write(terminal, PASSWORD.encode() + b"\n")
    while email.encode() + b" can" not in shown:
        shown += os.read(terminal, 1024)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)
    assert PASSWORD.encode() not in shown


@pytest.mark.parametrize(
    "command", ["list", "create", "set-password", "deactivate", "activate", "reset-second-factor", "delete"]
)
def test_help(command: str) -> None:
    shown = CliRunner().invoke(commands, [command, "--help"])
    assert shown.exit_code == 0
    options = shown.output.partition("Options:")[2]
    assert "--data-dir" in options
    assert "password" not in options.lower(), "what stands in a command line, every user of the machine can read"
