"""What may differ between the doors, and what not. Each function answers with what is wrong, or None."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from parity.doors import Told
from parity.model import Expected, Fields
from todo.terminal import visible

_FIELDS = ("title", "description", "completed")
_OWN = re.compile(r"^(user_id|created_at|updated_at):.*$", re.MULTILINE)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def calls(on_file: Told, on_account: Told, expected: Expected, *, as_json: bool, quiet: bool = False) -> str | None:
    """The two consoles to the letter but for whose tasks they are and when; both against the rules."""
    if on_file.code != expected.code:
        return f"exit code on the file is {on_file.code}, by the rules {expected.code}: {on_file.err or on_file.out}"
    mine: Any
    theirs: Any
    mine, theirs = (_json(told) if as_json else _text(told) for told in (on_file, on_account))
    if (on_file.code, mine) != (on_account.code, theirs):
        return f"the file says {on_file.code} {mine}\n  the account {on_account.code} {theirs}"
    wanted = expected.json
    if not as_json:
        error = wanted.get("error")
        if error is not None and on_file.err != f"todo: {visible(error)}\n":
            return f"the consoles say {on_file.err!r}, the rules {error!r}"
        return _ids(on_file, wanted) if quiet and not on_file.code else None
    told = mine if "error" not in wanted or wanted["error"] is not None else {**mine, "error": None}
    return None if told == wanted else f"the consoles say {told}\n  the rules {wanted}"


def answer(given: tuple[int, Fields | None], expected: Expected) -> str | None:
    """The API's own answer against the rules."""
    code, body = given
    if code != expected.code:
        return f"the API's answer means exit code {code}, by the rules {expected.code}: {body}"
    wanted = expected.json
    if not body or (code and (not body.get("error") or not wanted.get("error"))):
        return None
    if code:
        same = body["error"] == wanted["error"] or code != 1
    elif "tasks" in body:
        same = [_shown(task) for task in body["tasks"]] == wanted["tasks"]
    elif "task" in body:
        same = _shown(body["task"]) == wanted["task"]
    else:
        same = body == wanted
    return None if same else f"the API says {body}\n  the rules {wanted}"


def state(place: str, found: Sequence[Fields], model: Mapping[int, Fields]) -> str | None:
    """All tasks of a place, in their order, against the rules."""
    told, wanted = [_shown(task) for task in found], [task for _, task in sorted(model.items())]
    return None if told == wanted else f"{place} has {told}\n  by the rules {wanted}"


def times(
    place: str, before: Mapping[int, Fields], now: Mapping[int, Fields], touched: set[int], *, undoing: bool
) -> str | None:
    """created_at stays; updated_at moves forward with each change, and with none else."""
    for number, task in now.items():
        former = before.get(number)
        if former is None:
            if not undoing and task["created_at"] != task["updated_at"]:
                return f"{place}: the new task {number} was made at {task['created_at']} and changed at {task['updated_at']}"
            continue
        moved = task["updated_at"] > former["updated_at"]
        if task["created_at"] != former["created_at"]:
            return f"{place}: created_at of {number} went from {former['created_at']} to {task['created_at']}"
        if not undoing and moved != (number in touched):
            return f"{place}: updated_at of {number} went from {former['updated_at']} to {task['updated_at']}"
    return None


def _ids(told: Told, wanted: Fields) -> str | None:
    """`-q` says nothing but ids; which ones were deleted, the rules do not say."""
    tasks = [*([wanted["task"]] if "task" in wanted else []), *wanted.get("tasks", [])]
    lines = "".join(f"{task['id']}\n" for task in tasks)
    if not told.err and (told.out == lines or ("deleted" in wanted and not told.out.strip("0123456789\n"))):
        return None
    return f"the consoles say {told.out!r} and {told.err!r} instead of the ids {lines!r}"


def _shown(task: Mapping[str, Any]) -> Fields:
    return {"id": task.get("number", task["id"]), **{name: task[name] for name in _FIELDS}}


def _json(told: Told) -> Any:
    value = json.loads(told.out)
    assert told.out.count("\n") == 1, told  # noqa: S101
    tasks = [*([value["task"]] if "task" in value else []), *value.get("tasks", [])]
    for task in tasks:
        assert all(_TIME.fullmatch(task[name]) for name in ("created_at", "updated_at")), told  # noqa: S101
        assert list(task) == ["id", *_FIELDS, "user_id", "created_at", "updated_at"], told  # noqa: S101
        for name in ("user_id", "created_at", "updated_at"):
            del task[name]
    return value


def _text(told: Told) -> tuple[str, str]:
    return _OWN.sub(r"\1", told.out), told.err
