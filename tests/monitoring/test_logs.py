"""Log lines: one an event, with what an operator needs and nothing of anybody's."""

import json
import logging
import re
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from api.telemetry.logs import Json, Pretty, configure, pseudonym, pseudonym_key
from tests.conftest import PASSWORD, Server, register, serving

HOSTILE = "a\nb\r\x1b[31mred\x1b[0m\x00\u2028\u202e\x85 \x9b1m"


def record(message: str, fields: dict[str, Any] | None = None, *, exc_info: Any = None) -> logging.LogRecord:
    made = logging.LogRecord("todo.test", logging.ERROR, "x.py", 1, message, None, exc_info)
    made.fields = fields or {}
    return made


@pytest.mark.parametrize("form", [Json(), Pretty()])
def test_nothing_breaks_out_of_a_line(form: logging.Formatter) -> None:
    line = form.format(record(HOSTILE, {"route": HOSTILE}))
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert "\x1b" not in line


def test_a_json_line_gives_back_what_was_said() -> None:
    line = json.loads(Json().format(record(HOSTILE, {"ms": 1.5})))
    assert (line["message"], line["ms"], line["level"], line["logger"]) == (HOSTILE, 1.5, "ERROR", "todo.test")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


@pytest.mark.parametrize("form", [Json(), Pretty()])
def test_of_an_exception_its_place_is_told_and_not_its_text(form: logging.Formatter) -> None:
    try:
        int("ada@example.com has a secret")
    except ValueError:
        line = form.format(record("it failed", exc_info=sys.exc_info()))
    assert "ValueError at " in line
    assert "secret" not in line
    assert "Traceback" not in line


def test_a_person_s_word_is_the_same_and_keyed() -> None:
    person, key = uuid.uuid4(), pseudonym_key("s" * 32)
    assert pseudonym(key, person) == pseudonym(key, person)
    assert pseudonym(key, person) != pseudonym(pseudonym_key("t" * 32), person)
    assert pseudonym(key, person) not in person.hex


def test_the_form_follows_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.getLogger("todo").level)
    try:
        for wanted, terminal, kind in (
            (None, True, Pretty), (None, False, Json), ("json", True, Json), ("pretty", False, Pretty)
        ):  # fmt: skip
            monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal, raising=False)
            configure(wanted, "info")  # type: ignore[arg-type]
            assert isinstance(root.handlers[0].formatter, kind)
    finally:
        root.handlers[:], root.level = before[0], before[1]
        logging.getLogger("todo").setLevel(before[2])


def lines_of(server: Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.output if line.startswith("{")]


def test_each_request_is_one_line_without_anything_of_anybody(tmp_path: Path) -> None:
    with serving(tmp_path / "data", TODO_LOG="json", TODO_LOG_LEVEL="info", TODO_RATE_LIMIT="off") as server:
        ada = register(server, "logged")
        task = ada.add("a private title", description="a private text")
        ada.tasks(q="private question")
        ada.client.get(f"/api/v1/tasks/{task['id']}", headers={"X-Request-ID": "asked.for-by_me"})
        ada.client.delete("/api/auth/tokens/00000000-0000-7000-8000-000000000000", headers={"X-Request-ID": "nested"})
        ada.client.get("/api/v1/%7f%e2%80%a8private-path%0a%0dforged")
        ada.client.post("/api/auth/login", json={"email": ada.email, "password": "a wrong password"})
        ada.client.get("/", headers={"User-Agent": "private agent", "Referer": "https://private.example"})
        ada.client.close()
        server.stop()
    found = [line for line in lines_of(server) if line["logger"] == "todo.access"]
    assert len(found) == 8
    assert {"request_id", "method", "route", "status", "ms", "retries"} <= set(found[1])
    mine = next(line for line in found if line["request_id"] == "asked.for-by_me")
    assert (mine["method"], mine["route"], mine["status"]) == ("GET", "/api/v1/tasks/{task_id}", 200)
    account = next(line for line in found if line["request_id"] == "nested")
    assert (account["route"], account["status"]) == ("/api/auth/tokens/{token_id}", 404)
    assert len({line["user"] for line in found if "user" in line}) == 1
    said = "".join(server.output)
    for secret in (
        ada.token,
        ada.refresh_token,
        ada.email,
        ada.id,
        task["id"],
        PASSWORD,
        "private",
        "forged",
        "wrong pass",
    ):
        assert secret not in said, secret


def test_by_itself_only_what_failed_or_was_slow_is_told(tmp_path: Path) -> None:
    variables = {"DATABASE_URL": "postgresql://ada:x@127.0.0.1:1/todo", "JWT_SECRET": "s" * 32}
    with serving(tmp_path / "data", **variables) as server:
        with server.client() as client:
            client.get("/health/live")
            client.get("/nowhere")
            assert client.get("/health/ready").status_code == 503
        server.stop()
    found = [line for line in lines_of(server) if line["logger"] == "todo.access"]
    assert [(line["route"], line["status"], line["level"]) for line in found] == [("/health/ready", 503, "WARNING")]
