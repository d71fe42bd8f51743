"""Networks as they are: whatever answers, one sentence, exit 75, nothing half done, and the token stays where it belongs."""

import datetime
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import Person
from tests.console.calls import Console, log_in
from tests.console.link import Link
from tests.console.raw import Raw, hangs, raw, says
from tests.links.certificates import write_certificates

TOKEN = "todo_pat_secret"
HTML = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/json", "X-Request-ID": "x"}


def refused(todo: Console, url: str, monkeypatch: pytest.MonkeyPatch, sentence: str, code: int = 75) -> None:
    """Reading, changing and logging in end with this."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setenv("TODO_SERVER", url)
    monkeypatch.setenv("TODO_TOKEN", TOKEN)
    for words in (["list"], ["add", "x"], ["delete", "1"], ["push"]):
        outcome = todo(*words)
        assert (outcome.code, outcome.out, outcome.err.count("\n")) == (code, "", 1), outcome
        assert sentence in outcome.err
        assert TOKEN not in outcome.err
    person = SimpleNamespace(password="a quiet garden", email="ada@example.com")
    outcome = log_in(todo, url, person, monkeypatch)  # type: ignore[arg-type]
    assert (outcome.code, outcome.err.count("\n"), sentence in outcome.err) == (code, 1, True), outcome


@pytest.mark.parametrize(
    ("host", "trusted", "days", "sentence"),
    [
        ("127.0.0.1", False, 0, "its certificate is not valid ("),
        ("todo.example.org", True, 0, "its certificate is not valid (IP address mismatch"),
        ("127.0.0.1", True, -2, "its certificate is not valid (certificate has expired)"),
        ("127.0.0.1", True, 2, "its certificate is not valid (certificate is not yet valid)"),
    ],
    ids=["unknown authority", "wrong name", "expired", "not yet valid"],
)
def test_bad_certificates(
    todo: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool, days: int, sentence: str
) -> None:
    todo("add", "to push", "--local")
    write_certificates(tmp_path, host, datetime.timedelta(days=days))
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with raw(says(b"HTTP/1.1 200 OK\r\n\r\n{}"), tmp_path) as server:
        refused(todo, f"https://127.0.0.1:{server.port}", monkeypatch, sentence)
        assert server.heard == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "speaks no HTTP"),
        (b"", "the connection was cut"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{", "the answer was cut"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{", "the answer was cut"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Wi-Fi</h1>", "not as a todo server"),
        (b"HTTP/1.1 511 Login\r\nContent-Type: text/html\r\n\r\n<h1>Wi-Fi</h1>", "not as a todo server"),
        (b"HTTP/1.1 407 No\r\n\r\n", "the proxy wants a password"),
    ],
)
def test_what_is_no_todo_server(todo: Console, monkeypatch: pytest.MonkeyPatch, answer: bytes, sentence: str) -> None:
    todo("add", "to push", "--local")
    with raw(says(answer)) as server:
        refused(todo, f"http://127.0.0.1:{server.port}", monkeypatch, sentence)


def test_where_nobody_encrypts(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def answers_at_once(end: socket.socket, _: Raw) -> None:
        end.recv(10)
        end.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    todo("add", "to push", "--local")
    with raw(answers_at_once) as server:
        refused(
            todo, f"https://127.0.0.1:{server.port}", monkeypatch, "no encrypted connection comes about (wrong version"
        )


@pytest.mark.parametrize(
    "body",
    ["{}", '{"tasks": 5, "task": []}', '{"tasks": [{"id": 1}], "task": {"id": 1}, "next_cursor": null}', '{"user": 1}'],
)
def test_json_of_somebody_else(
    afar: Console, link: Link, ada: Person, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    for words in (["add", "one"], ["add", "two", "--local"]):
        assert afar(*words).code == 0
    for words in (
        ["list"],
        ["show", "1"],
        ["add", "x"],
        ["complete", "1"],
        ["complete", "1-2"],
        ["clear", "--yes"],
        ["push"],
    ):
        link.instead = [(200, JSON, body.encode())]
        outcome = afar(*words)
        assert (outcome.code, outcome.out, outcome.err.count("\n")) == (75, "", 1), words
        assert "not as a todo server" in outcome.err
    link.instead = [(200, JSON, body.encode())]
    assert afar("status").code == 75
    link.instead = [(200, JSON, body.encode())]
    assert log_in(afar, link.url, ada, monkeypatch).code == 75
    link.instead = []
    assert [task["title"] for task in afar.tasks()] == ["one"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(todo: Console, link: Link, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    todo("add", "to push", "--local")
    with raw(says(b"HTTP/1.1 200 OK\r\n\r\n{}")) as elsewhere:
        address = f"http://127.0.0.1:{elsewhere.port}/"
        link.instead = [(status, {"Location": address}, b"")] * 5
        refused(todo, link.url, monkeypatch, f"sends us to {address}: log in there if that is right.")
        assert (elsewhere.heard, link.instead) == ([], [])


def test_an_answer_that_is_cut_is_asked_for_again(afar: Console, link: Link) -> None:
    for words in (["add", "one"], ["toggle", "1"], ["list"], ["undo"], ["undo"]):
        link.cut = 2
        assert afar(*words).code == 0, words
    assert (afar.tasks(), link.cut) == ([], 0)


def test_a_server_that_hangs_is_asked_once(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    todo("add", "to push", "--local")
    monkeypatch.setattr("console.remote.connection._ANSWER_SECONDS", 0.2)
    monkeypatch.setattr("console.remote.client.PATIENCE", 0.0)
    clock = iter(range(0, 10_000, 60))
    # As long as each attempt takes a minute, there is no time for a second one.
    monkeypatch.setattr("console.remote.client.time", SimpleNamespace(monotonic=lambda: next(clock) * 1.0, sleep=None))
    with raw(hangs) as server:
        for words in (["list"], ["add", "x"]):
            monkeypatch.setenv("TODO_SERVER", f"http://127.0.0.1:{server.port}")
            monkeypatch.setenv("TODO_TOKEN", TOKEN)
            outcome = todo(*words)
            assert (outcome.code, outcome.err.count("\n")) == (75, 1)
            assert "no answer in time" in outcome.err
            assert ("The same command again does it once." in outcome.err) is (words[0] == "add")
        assert len(server.heard) == 2


def test_the_token_leaves_this_machine_encrypted_or_not_at_all(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    todo("add", "to push", "--local")
    for url in ("http://todo.example.org", "http://192.168.1.7:8000"):
        refused(todo, url, monkeypatch, "--insecure", code=4)
    with raw(says(b"HTTP/1.1 200 OK\r\n\r\n{}")) as server:
        # A name below localhost that a name server leads elsewhere.
        monkeypatch.setattr(socket.socket, "getpeername", lambda _: ("203.0.113.7", 80))
        refused(todo, f"http://localhost:{server.port}", monkeypatch, "its name leads to another machine")
        assert set(server.heard) <= {""}


@pytest.mark.parametrize("url", ["https://a..b", f"https://{'x' * 70}.example", "https://nowhere.invalid"])
def test_names_that_lead_nowhere(todo: Console, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    todo("add", "to push", "--local")
    refused(todo, url, monkeypatch, "cannot be reached")


def test_a_token_that_is_none(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TODO_SERVER", "https://nowhere.invalid")
    for token in ("abc\r\nX-Injected: 1", "grüße"):
        monkeypatch.setenv("TODO_TOKEN", token)
        outcome = todo("list")
        assert (outcome.code, outcome.err) == (4, "todo: TODO_TOKEN is no token: it holds characters that none has.\n")


def test_a_token_without_its_server_writes_nowhere(todo: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TODO_TOKEN", "todo_pat_secret")
    wanted = "todo: TODO_TOKEN is set and TODO_SERVER is not: set the server that the token is valid on, or unset it.\n"
    for words in (["add", "to nobody"], ["list"], ["push"], ["status"]):
        outcome = todo(*words)
        assert (outcome.code, outcome.err) == (4, wanted)
    assert todo("list", "--local").code == 0
    monkeypatch.delenv("TODO_TOKEN")
    assert todo.json("list")["tasks"] == []
