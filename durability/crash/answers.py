"""Whether an answer to a write is what was asked for. Pure."""

import json
from typing import Any

from bench.endurance.connection import Answer
from durability.crash.attempt import Attempt
from durability.crash.check import state_of


def tasks_in(answer: Answer) -> list[dict[str, Any]]:
    """The tasks of an answer, whole."""
    told = json.loads(answer.body) if answer.body else {}
    tasks: list[dict[str, Any]] = told.get("tasks", [told["task"]] if "task" in told else [])
    return tasks


def surprise(attempt: Attempt, answer: Answer, user_id: str) -> str:
    """What is wrong with it; empty where nothing is."""
    if answer.status != attempt.expected:
        return f"answered {answer.status} instead of {attempt.expected}: {answer.body[:300]!r}"
    if answer.status == 204:
        return ""
    told = json.loads(answer.body)
    if "deleted" in told:
        return "" if told["deleted"] == len(attempt.changes) else f"{answer.body!r}, not {len(attempt.changes)}"
    tasks = tasks_in(answer)
    if any(task["user_id"] != user_id for task in tasks):
        return f"somebody else's task: {answer.body!r}"
    expected = [state for state in (*attempt.changes.values(), *attempt.born) if state]
    same_ids = not attempt.changes or [task["id"] for task in tasks] == list(attempt.changes)
    return "" if same_ids and [state_of(task) for task in tasks] == expected else f"another task: {answer.body!r}"
