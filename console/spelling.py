"""How the file spells a record that is made or changed here."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from console.contents import Entry
from console.tasks import NewTask
from todo import json_text
from todo.records import Record, read_record, to_utc, write_time

_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def new_record(number: int, task: NewTask, user: str) -> str:
    """A record made now, with the fields of the format in their order."""
    now = write_time(datetime.now(UTC))
    fields = {
        "id": number,
        "title": task.title,
        "description": task.description,
        "completed": task.completed,
        "user_id": user,
        "created_at": now,
        "updated_at": now,
    }
    return json_text.write_object([(name, json_text.write_value(value)) for name, value in fields.items()])


def record_of(text: str) -> Record:
    """The record that is spelled like this."""
    (element,) = json_text.read_array(f"[{text}]")
    return read_record(element.value)


def edited_record(entry: Entry, fields: Mapping[str, object]) -> str:
    """The entry's record with these fields and a later `updated_at`; everything else as it is spelled."""
    members = json_text.read_members(entry.text)
    names = [name for name, _ in members]
    if "title" in fields and "title" not in names:
        names[_last(names, "content")] = "title"
    texts = [text for _, text in members]
    for name, value in {**fields, "updated_at": _later(entry.record)}.items():
        if name not in names:
            names.append(name)
            texts.append("")
        texts[_last(names, name)] = json_text.write_value(value)
    return json_text.write_object(list(zip(names, texts, strict=True)))


def _last(names: Sequence[str], name: str) -> int:
    # Of a key given twice, JSON readers take the last.
    return len(names) - 1 - names[::-1].index(name)


def _later(record: Record) -> str:
    """Now, but always after the time that the record has."""
    now = datetime.now(UTC)
    if record.updated_at is not None:
        known = to_utc("updated_at", record.updated_at)
        now = max(now, known + _TICK if known < _LAST_MOMENT else known)
    return write_time(now)
