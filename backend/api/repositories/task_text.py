"""A task as PostgreSQL writes it: JSON text that goes into the answer as it is, and the version behind its ETag."""

from dataclasses import dataclass
from uuid import UUID

TaskKey = UUID | int
"""A task's id, or its number among the owner's tasks."""

_RFC3339 = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""


def _text(*more: str) -> str:
    """`format` takes half the time of row_to_json, and a page is mostly this."""
    fields = {
        "id": ('"%s"', "t.id"),
        "number": ("%s", "t.number"),
        "title": ("%s", "to_json(t.title)"),
        "description": ("%s", "to_json(t.description)"),
        "completed": ("%s", "t.completed::text"),
        **{
            name: ('"%s"', f"to_char(t.{name} at time zone 'utc', {_RFC3339})") for name in ("created_at", "updated_at")
        },
        "user_id": ('"%s"', "t.user_id"),
        **{name: ('"%s"', f"to_char(t.{name} at time zone 'utc', {_RFC3339})") for name in more},
    }
    shape = ",".join(f'"{name}":{place}' for name, (place, _) in fields.items())
    return f"format('{{{shape}}}', {', '.join(value for _, value in fields.values())})"


TASK = _text()
"""SQL of the row `t` as JSON text."""
DELETED_TASK = _text("deleted_at")
VERSION = "to_char(t.updated_at at time zone 'utc', 'YYYYMMDDHH24MISSUS')"
"""What the ETag is made of: each modification moves updated_at."""

KEPT = "t.deleted_at > now() - interval '30 days'"
"""In the bin, and not yet expired."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A task as JSON text, and its version."""

    task: str
    version: str


@dataclass(frozen=True, slots=True)
class Page:
    """Tasks as JSON texts joined by commas, in UTF-8 so that thousands need not be decoded and encoded again; `last` is the
    sort key and tie-breaker of the last one if more follow."""

    tasks: bytes
    last: tuple[object, object] | None
