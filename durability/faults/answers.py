"""What is wrong with an answer that was given while the database failed."""

import json
import re
from dataclasses import dataclass
from typing import Any

LONGEST_SECONDS = 30.0
"""For any answer, whatever happens to the database."""
_MEMBERS = {"type", "title", "status", "detail", "error_code", "timestamp", "request_id"}
_UNAVAILABLE = {"DATABASE_UNAVAILABLE", "STORAGE_FULL"}
_LEAK = re.compile(
    r"traceback|asyncpg|sqlalchemy|postgres|sqlstate|127\.0\.0\.1|localhost|/tmp/|/root|/home|\.py\b|\.so\b|file \""
    r"|\b(select|insert into|update todo|delete from|commit|rollback|begin;)\b"
    r"|\b(08|25|28|40|42|53|55|57|58|XX)[0-9P][0-9A-Z]{2}\b|@",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Answer:
    """What came back to one request. Status 0: nothing did, and `body` says why. Times are of time.monotonic()."""

    status: int
    body: bytes
    headers: dict[str, str]
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began

    @property
    def granted(self) -> bool:
        """Whether it is acknowledged."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


def wrong_with(answer: Answer, granted: int) -> str | None:
    """None for the status `granted` and for a 503 as the contract has it, in time; else what is wrong."""
    if answer.seconds > LONGEST_SECONDS:
        return f"it took {answer.seconds:.1f} s"
    if answer.status == granted:
        return None
    if answer.status != 503:
        return f"answered {answer.status}: {answer.body[:300]!r}"
    return _wrong_with_503(answer)


def _wrong_with_503(answer: Answer) -> str | None:
    if not answer.headers.get("retry-after", "").isdecimal():
        return "503 without Retry-After"
    if answer.headers.get("content-type") != "application/problem+json":
        return f"503 as {answer.headers.get('content-type')}"
    try:
        body = answer.json()
    except ValueError:
        return f"503 with a body that is no JSON: {answer.body[:100]!r}"
    if set(body) != _MEMBERS or body["status"] != 503 or body["error_code"] not in _UNAVAILABLE:
        return f"503 with another body than promised: {answer.body[:300]!r}"
    if body["request_id"] != answer.headers.get("x-request-id"):
        return "503 with two request ids"
    leak = _LEAK.search(" ".join(str(body[member]) for member in ("type", "title", "detail")))
    return f"503 that tells {leak[0]!r}" if leak else None
