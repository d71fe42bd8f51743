"""The text of a format -> new tasks. What breaks a rule is refused by its place; nothing is written here."""

import csv
import io
import json
import re
from collections.abc import Iterator

from console.exchange import FORMULA, Found
from console.tasks import NewTask
from todo import rules
from todo.errors import InvalidTask, StorageError

_TODO_TXT = re.compile(
    r"(?P<done>x +(?:\d{4}-\d\d-\d\d +)?)?(?P<priority>\([A-Z]\) +)?(?P<date>\d{4}-\d\d-\d\d +)?(?P<title>.*)"
)
_OURS = {"id", "title", "description", "completed", "user_id", "created_at", "updated_at"}
_KNOWN = {
    "json": _OURS,
    "csv": _OURS,
    "taskwarrior": _OURS | {"status", "annotations", "uuid", "entry", "modified", "end", "urgency"},
    "todo.txt": _OURS,
}


def read(name: str, text: str) -> Found:
    """The tasks of a text in this format. Raises `StorageError` where it is not in this format at all."""
    tasks, refused, unknown = [], [], set()
    for place, value in enumerate(_values(name, text), 1):
        if value == {}:
            continue
        try:
            tasks.append(_task(value))
            unknown |= _filled(value) - _KNOWN[name]
        except InvalidTask as error:
            refused.append(f"{place}: {error}")
    losses = ["ids, users and times: the tasks get new ones"] if tasks else []
    losses += [f"the field {field}" for field in sorted(unknown - {"_status"})]
    return Found(tasks, losses, refused)


def _filled(value: object) -> set[str]:
    fields = value.items() if isinstance(value, dict) else ()
    return {str(field) for field, content in fields if content not in (None, "", [])}


def _task(value: object) -> NewTask:
    if not isinstance(value, dict):
        raise InvalidTask("record", "A task must be an object.")
    if value.get("_status") in ("deleted", "recurring"):
        raise InvalidTask("status", f"Its status is {value['_status']}.")
    completed = value.get("completed", False)
    return NewTask(
        rules.clean_title(value.get("title")),
        rules.clean_description(value.get("description") or ""),
        rules.clean_completed(completed),
    )


def _values(name: str, text: str) -> Iterator[object]:
    try:
        match name:
            case "csv":
                yield from map(_of_csv, csv.DictReader(io.StringIO(text, newline=""), strict=True))
            case "todo.txt":
                yield from map(_of_line, text.splitlines())
            case _:
                values = json.loads(text)
                values = values.get("tasks") if isinstance(values, dict) else values
                if not isinstance(values, list):
                    raise StorageError("It is no JSON array of tasks.")
                yield from map(_of_taskwarrior, values) if name == "taskwarrior" else values
    except (csv.Error, json.JSONDecodeError, RecursionError) as error:
        raise StorageError(f"It is no valid {name}: {error}.") from error


def _of_csv(row: dict[str | None, str]) -> dict[str, object]:
    value: dict[str, object] = {
        field or "beyond the last column": text[1:]
        if isinstance(text, str) and text[:1] == "'" and FORMULA.match(text)
        else text
        for field, text in row.items()
    }
    completed = str(value.get("completed") or "false").lower()
    return value | {"completed": {"true": True, "false": False}.get(completed, completed)}


def _of_line(line: str) -> dict[str, object]:
    found = _TODO_TXT.fullmatch(line)
    if not found or not line.strip():
        return {}
    # Projects, contexts and the priority stay where people see them: in the title.
    title = f"{found['priority'] or ''}{found['title']}"
    return {"title": title, "completed": bool(found["done"])}


def _of_taskwarrior(value: object) -> object:
    if not isinstance(value, dict):
        return value
    notes = value.get("annotations") or []
    texts = (
        [str(note.get("description", "")) for note in notes if isinstance(note, dict)]
        if isinstance(notes, list)
        else []
    )
    status = value.get("status")
    rest = {field: content for field, content in value.items() if field not in _KNOWN["taskwarrior"]}
    return rest | {
        "title": value.get("description"),
        "description": "\n".join(texts),
        "completed": status == "completed",
        "_status": status,
    }
