"""The judge of `make faults` sees what is wrong with an answer; a judge that sees nothing would let everything hold."""

import json
from typing import Any

import pytest

from durability.faults.answers import Answer, wrong_with
from durability.faults.log import wrong_in

GOOD: dict[str, Any] = {
    "type": "about:blank",
    "title": "Database unavailable",
    "status": 503,
    "detail": "The database cannot be reached at the moment; nothing was lost. Try again shortly.",
    "error_code": "DATABASE_UNAVAILABLE",
    "timestamp": "2026-11-22T13:25:41.057014Z",
    "request_id": "0857013f",
}
HEADERS = {"retry-after": "2", "content-type": "application/problem+json", "x-request-id": "0857013f"}


def answer(status: int, body: object = None, *, seconds: float = 1.0, **headers: str) -> Answer:
    found = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Answer(status, json.dumps(body).encode(), found, 10.0, 10.0 + seconds)


def test_what_is_right() -> None:
    assert wrong_with(answer(201), 201) is None
    assert wrong_with(answer(503, GOOD), 201) is None


@pytest.mark.parametrize(
    "wrong",
    [
        answer(0),
        answer(500),
        answer(404),
        answer(200),
        answer(201, seconds=30.1),
        answer(503, GOOD, seconds=30.1),
        answer(503, GOOD, retry_after="soon"),
        answer(503, GOOD, content_type="text/html"),
        answer(503, GOOD, x_request_id="another"),
        answer(503, "Service unavailable"),
        answer(503, {**GOOD, "error_code": "OVERLOADED"}),
        answer(503, {**GOOD, "trace": []}),
        *(
            answer(503, {**GOOD, "detail": f"Try again: {leak}."})
            for leak in (
                'File "session.py", line 3',
                "asyncpg said no",
                "57P01",
                "select id",
                "127.0.0.1",
                "/home/ada",
                "a@example.com",
            )
        ),
    ],
)
def test_what_is_wrong(wrong: Answer) -> None:
    assert wrong_with(wrong, 201)


def test_what_the_log_may_not_hold() -> None:
    log = ["Serving on http://127.0.0.1:1\n", "the disk is nearly full\n"]
    assert wrong_in(log, ["pass word"]) == []
    assert wrong_in([*log, "Traceback (most recent call last):\n"], [])
    assert wrong_in([*log, "2026-11-22 ERROR request 1 failed: KeyError at x.py:1\n"], [])
    assert wrong_in([*log, "connecting with pass word\n"], ["pass word"])
