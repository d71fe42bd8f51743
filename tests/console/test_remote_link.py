"""A bad link and a server that refuses: nothing half done, nothing twice, one sentence."""

import json

import pytest

from tests.console.calls import Console
from tests.console.link import Link

UNAVAILABLE = json.dumps({"error_code": "DATABASE_UNAVAILABLE", "detail": "The database is away."}).encode()
PROBLEM = {"Content-Type": "application/problem+json"}


def test_a_lost_answer_is_asked_for_again(afar: Console, link: Link) -> None:
    for words in (
        ["add", "one"],
        ["toggle", "1"],
        ["update", "1", "new"],
        ["delete", "1"],
        ["undo"],
        ["clear", "--yes"],
    ):
        link.lose = 2
        assert afar(*words).code == 0, words
    assert link.lose == 0
    for name in ("clear", "update 1", "toggle 1", "add 1"):
        link.lose = 1
        assert afar("undo").err == f"Undone: {name}.\n"
    assert afar.tasks() == []


@pytest.mark.parametrize("words", [["add", "one"], ["toggle", "1"], ["delete", "1"], ["clear", "--yes"]])
def test_the_same_command_again_does_it_once(
    afar: Console, link: Link, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    afar("add", "before")
    link.lose = 1000
    outcome = afar("--json", *words)
    assert (outcome.code, outcome.json["error_code"]) == (75, 75)
    assert "The same command again does it once." in outcome.json["error"]
    link.lose = 0
    link.keys.clear()
    assert afar(*words).code == 0
    tasks = afar.tasks()
    assert [(task["title"], task["completed"]) for task in tasks] == {
        "add": [("before", False), ("one", False)],
        "toggle": [("before", True)],
    }.get(words[0], [])
    used = link.keys[0]
    assert afar(*words).code in {0, 2}
    assert used not in link.keys[2:]
    assert afar("undo").code == 0


def test_a_busy_server_is_given_time(afar: Console, link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    link.instead = [(503, {**PROBLEM, "Retry-After": "2"}, UNAVAILABLE)] * 3
    assert afar("add", "one").code == 0
    assert len(pauses) == 3
    assert min(pauses) >= 2
    link.instead = [(503, {**PROBLEM, "Retry-After": "60"}, UNAVAILABLE)]
    outcome = afar("list")
    assert (outcome.code, outcome.err.count("\n")) == (75, 1)
    assert "The database is away." in outcome.err


@pytest.mark.parametrize(
    ("answer", "code", "sentence"),
    [
        ((200, {"Content-Type": "text/html"}, b"<h1>Welcome to our Wi-Fi</h1>"), 75, "not as a todo server"),
        ((404, {"Content-Type": "text/html"}, b"<h1>Not found</h1>"), 75, "not as a todo server"),
        ((302, {"Location": "https://elsewhere.example/"}, b""), 75, "elsewhere.example"),
        ((429, {**PROBLEM, "Retry-After": "7"}, b'{"error_code": "RATE_LIMITED"}'), 7, "in 7 seconds"),
        ((401, PROBLEM, b'{"error_code": "UNAUTHORIZED"}'), 4, "todo login"),
        ((403, PROBLEM, b'{"error_code": "FORBIDDEN", "detail": "Not yours."}'), 4, "Not yours."),
        ((500, PROBLEM, b'{"error_code": "INTERNAL_ERROR", "detail": "Oh."}'), 1, "Oh."),
        ((405, PROBLEM, b'{"error_code": "METHOD_NOT_ALLOWED"}'), 1, "newer version"),
    ],
)
def test_refusals(
    afar: Console, link: Link, answer: tuple[int, dict[str, str], bytes], code: int, sentence: str
) -> None:
    for words in (["list"], ["add", "x"]):
        link.instead = [answer]
        link.asked.clear()
        outcome = afar("--json", *words)
        assert (outcome.code, outcome.json["error_code"]) == (code, code)
        assert sentence in outcome.json["error"]
        assert len(link.asked) == 1
    assert afar.tasks() == []
