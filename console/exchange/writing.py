"""Tasks -> the text of a format."""

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from console.answers import counted
from console.exchange import FORMULA, Written
from console.task import Task
from todo.records import to_utc

_LIKE_A_MARK = re.compile(r"x |\([A-Z]\) |\d{4}-\d\d-\d\d ")


def write(name: str, tasks: Sequence[Task]) -> Written:
    """The tasks in this format."""
    match name:
        case "csv":
            return Written(_csv(tasks), [])
        case "todo.txt":
            return _todo_txt(tasks)
        case "taskwarrior":
            return Written(
                _json([_of_taskwarrior(task) for task in tasks]),
                ["ids and the user"] if tasks else [],
            )
        case _:
            return Written(_json([task.as_json() for task in tasks]), [])


def _json(values: list[dict[str, object]]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def _csv(tasks: Sequence[Task]) -> str:
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(Task._fields)
    for task in tasks:
        values = task.as_json() | {"completed": "true" if task.completed else "false"}
        table.writerow([_tame(value) if isinstance(value, str) else value for value in values.values()])
    return text.getvalue()


def _tame(value: str) -> str:
    return f"'{value}" if FORMULA.match(value) else value


def _todo_txt(tasks: Sequence[Task]) -> Written:
    lines, described, ambiguous = [], 0, 0
    for task in tasks:
        title = " ".join(task.title.splitlines())
        created = _day(task.created_at)
        days = [_day(task.updated_at) if created else "", created] if task.completed else [created]
        lines.append(" ".join(part for part in ("x" if task.completed else "", *days, title) if part))
        described += bool(task.description)
        ambiguous += title != task.title or (not created and bool(_LIKE_A_MARK.match(title)))
    losses = ["ids, the user, and the time of day"] if tasks else []
    losses += [f"the descriptions of {counted(described)}"] if described else []
    losses += [f"{counted(ambiguous, 'title')} that will be read differently"] if ambiguous else []
    return Written("".join(f"{line}\n" for line in lines), losses)


def _day(moment: datetime | None) -> str:
    return "" if moment is None else to_utc("created_at", moment).date().isoformat()


def _of_taskwarrior(task: Task) -> dict[str, object]:
    entry = _stamp(task.created_at) or _stamp(task.updated_at) or "19700101T000000Z"
    value: dict[str, object] = {
        "uuid": str(uuid5(NAMESPACE_URL, f"todo:{task.user_id}:{task.id}:{entry}")),
        "description": task.title,
        "status": "completed" if task.completed else "pending",
        "entry": entry,
    }
    if task.updated_at:
        value["modified"] = _stamp(task.updated_at)
    if task.completed:
        value["end"] = _stamp(task.updated_at) or entry
    if task.description:
        value["annotations"] = [{"entry": entry, "description": task.description}]
    return value


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else f"{to_utc('updated_at', moment):%Y%m%dT%H%M%SZ}".zfill(16)
