"""Tasks and refusals between the server's words and the console's."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.remote.client import Problem
from console.task import Task
from todo.errors import TaskNotFound


def task_of(value: Mapping[str, Any]) -> Task:
    """The task that the server tells: its number is the console's id."""
    return Task(
        id=value["number"],
        title=value["title"],
        description=value["description"],
        completed=value["completed"],
        user_id=value["user_id"],
        created_at=datetime.fromisoformat(value["created_at"]),
        updated_at=datetime.fromisoformat(value["updated_at"]),
    )


def missing(problem: Problem, *numbers: int) -> Exception:
    """The refusal in the words of the local file; of several tasks the first that is missing."""
    if problem.code != "TASK_NOT_FOUND":
        return problem
    return TaskNotFound(numbers[problem.place if problem.place < len(numbers) else 0])


def encoded(value: object) -> bytes:
    """The body of a request."""
    return json.dumps(value, ensure_ascii=False).encode()


def moved(answer: Mapping[str, Any]) -> dict[str, str]:
    """The `updated_at` of the tasks that an answer to a change tells, by id."""
    tasks = [*(change["after"] for change in answer.get("changes", [])), *answer.get("tasks", [])]
    return {task["id"]: task["updated_at"] for task in tasks}
