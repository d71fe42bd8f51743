"""Log lines: JSON where programs read them, plain on a terminal. One line an event, whatever it holds.

A record's own fields travel as `extra={"fields": {...}}`. Of an exception only its kind and place are told: its text may quote
a row, a body or a token.
"""

import hashlib
import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

Form = Literal["json", "pretty"]


def configure(form: Form | None, level: str) -> None:
    """Lines go to standard error. Without a form: pretty on a terminal, else JSON. `level` is that of our own loggers."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Pretty() if (form or _fitting()) == "pretty" else Json())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("todo").setLevel(level.upper())


def pseudonym(key: bytes, user_id: UUID) -> str:
    """The same person, the same word, which leads back to nobody without the key."""
    return hashlib.blake2b(user_id.bytes, key=key, digest_size=8).hexdigest()


def pseudonym_key(secret: str) -> bytes:
    """For `pseudonym`, from the secret that signs tokens."""
    return hashlib.sha256(b"todo log " + secret.encode()).digest()


def place_of(error: BaseException) -> str:
    """What happened and where, but not the error's own text: a database error quotes the row."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place is not None else "?"
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__}{f' {state}' if state else ''} at {where}"


class Json(logging.Formatter):
    """ASCII only, so that nothing in a line can end it or reach a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _moment(record).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = place_of(record.exc_info[1])
        return json.dumps(line, default=str)


class Pretty(logging.Formatter):
    """For people. What is not printable is written as an escape."""

    def format(self, record: logging.LogRecord) -> str:
        words = [f"{_moment(record):%Y-%m-%d %H:%M:%S}", record.levelname, record.getMessage()]
        words += [f"{name}={value}" for name, value in getattr(record, "fields", {}).items()]
        if record.exc_info and record.exc_info[1] is not None:
            words.append(place_of(record.exc_info[1]))
        return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in " ".join(words))


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _fitting() -> Form:
    return "pretty" if sys.stderr.isatty() else "json"
