"""What a check found."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """`mend` says what to do about it; a failure keeps the server from its work, a warning does not."""

    name: str
    verdict: Verdict
    says: str
    mend: str = ""


def ok(name: str, says: str) -> Finding:
    return Finding(name, "ok", says)


def warn(name: str, says: str, mend: str) -> Finding:
    return Finding(name, "warn", says, mend)


def fail(name: str, says: str, mend: str) -> Finding:
    return Finding(name, "fail", says, mend)
