"""Through a proxy: it learns the server's name and nothing else, and what it refuses is told as its refusal."""

import ssl
from pathlib import Path

import pytest

from tests.conftest import Person
from tests.console.calls import Console, log_in, tokens
from tests.console.link import Link
from tests.console.raw import Behaviour, Raw, hangs, leads_to, raw, says
from tests.links.certificates import write_certificates

HOST = "todo.example.org"
URL = f"https://{HOST}"
ENTERED = f"CONNECT {HOST}:443 HTTP/1."


@pytest.fixture
def remote(link: Link, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Link:
    """The link, as it would be at `URL`."""
    write_certificates(tmp_path, HOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    link.socket = context.wrap_socket(link.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return link


def through(proxy: Raw, monkeypatch: pytest.MonkeyPatch, scheme: str = "http") -> None:
    for name in ("https_proxy", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://user:pass@127.0.0.1:{proxy.port}")


def test_everything_goes_through_it_unread(
    todo: Console, remote: Link, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with raw(leads_to(remote.server_port)) as proxy:
        through(proxy, monkeypatch)
        assert log_in(todo, URL, ada, monkeypatch).code == 0
        remote.lose = 1
        assert todo("add", "one").code == 0
        assert [task["title"] for task in todo.tasks()] == ["one"]
        assert todo("logout").code == 0
    assert tokens(ada) == []
    assert proxy.heard
    assert {heard.partition("1.")[0] + "1." for heard in proxy.heard} == {ENTERED}
    assert not any("Bearer" in heard or ada.password in heard for heard in proxy.heard)


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        (says(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), "answers 407 Proxy Authentication Required."),
        (says(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nNo."), "answers 502 Bad Gateway."),
        (says(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n"), "answers 302 Found."),
        (says(b"SSH-2.0\r\n"), "speaks no HTTP"),
        (says(b""), "was cut"),
        (hangs, "no answer in time through the proxy 127.0.0.1:"),
    ],
    ids=["407", "502", "302", "no proxy", "cut", "hangs"],
)
def test_a_proxy_that_does_not_lead_there(
    todo: Console, ada: Person, monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour, sentence: str
) -> None:
    monkeypatch.setattr("console.remote.connection._CONNECT_SECONDS", 0.5)
    with raw(behaviour) as proxy:
        through(proxy, monkeypatch)
        monkeypatch.setenv("TODO_SERVER", URL)
        monkeypatch.setenv("TODO_TOKEN", "todo_pat_secret")
        for words in (["list"], ["add", "x"]):
            proxy.heard.clear()
            outcome = todo(*words)
            assert (outcome.code, outcome.out, outcome.err.count("\n")) == (75, "", 1)
            assert sentence in outcome.err
            assert "user:pass" not in outcome.err
            assert "same command again" not in outcome.err, "it was never sent"
            assert len(proxy.heard) == 1
            assert "secret" not in proxy.heard[0]
        outcome = log_in(todo, URL, ada, monkeypatch)
        assert (outcome.code, outcome.err.count("\n")) == (75, 1)


@pytest.mark.parametrize(
    "proxy", ["http://", "http://nowhere.invalid:3128", "nonsense", "http://127.0.0.1:99999", "http://127.0.0.1:x"]
)
def test_a_proxy_that_is_none(todo: Console, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.setenv("TODO_SERVER", URL)
    monkeypatch.setenv("TODO_TOKEN", "todo_pat_secret")
    outcome = todo("list")
    assert (outcome.code, outcome.err.count("\n")) == (75, 1)
    assert "proxy" in outcome.err


def test_never_for_this_machine(todo: Console, link: Link, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw(hangs) as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert log_in(todo, link.url, ada, monkeypatch).code == 0
        assert todo("add", "one").code == 0
        assert proxy.heard == []
