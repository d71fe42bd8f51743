"""Tasks and refusals between the server's words and the console's."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from console.remote.client import Problem
from console.remote.errors import NoTodoServer
from console.task import Task
from todo.errors import TaskNotFound, TodoError

MANY_MAX = 10_000
"""Tasks that one change may be about."""
BYTES_MAX = 8 * 1024 * 1024
"""Bytes of a change that a server takes."""


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


@contextmanager
def understood(server: str) -> Iterator[None]:
    """Around the reading of an answer. Raises `NoTodoServer` where it lacks what a server of ours says."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise NoTodoServer(server) from error


def missing(problem: Problem, *numbers: int) -> Exception:
    """The refusal in the words of the local file; of several tasks the first that is missing."""
    if problem.code != "TASK_NOT_FOUND":
        return problem
    return TaskNotFound(numbers[problem.place if problem.place < len(numbers) else 0])


def encoded(value: object) -> bytes:
    """The body of a request. Raises `TodoError` where a server takes none so large."""
    body = json.dumps(value, ensure_ascii=False).encode()
    if len(body) > BYTES_MAX:
        raise TodoError("These texts are too much for one change on a server: do it in parts. Nothing was done.")
    return body


def moved(answer: Mapping[str, Any]) -> dict[str, str]:
    """The `updated_at` of the tasks that an answer to a change tells, by id."""
    tasks = [*(change["after"] for change in answer.get("changes", [])), *answer.get("tasks", [])]
    return {task["id"]: task["updated_at"] for task in tasks}


def check_count(several: Sequence[object]) -> None:
    """Raises `TodoError` where a server would say no for their number."""
    if len(several) > MANY_MAX:
        raise TodoError(
            f"On a server one command changes at most {MANY_MAX:,} tasks: do it in parts. Nothing was done."
        )
