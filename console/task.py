"""A task as the console shows it, wherever it is kept."""

from datetime import datetime
from typing import NamedTuple

from todo.records import Record, to_utc, write_time


class Task(NamedTuple):
    """The fields of a task, in the order of `--json`. A time without zone is the machine's; None is unknown."""

    id: int
    title: str
    description: str
    completed: bool
    user_id: str
    created_at: datetime | None
    updated_at: datetime | None

    def as_json(self) -> dict[str, object]:
        """The object that stands for the task; its times are RFC 3339 in UTC."""
        return {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "completed": self.completed,
            "user_id": self.user_id,
            "created_at": _shown("created_at", self.created_at),
            "updated_at": _shown("updated_at", self.updated_at),
        }


def task_of(record: Record, user: str) -> Task:
    """The task that a record of the file is."""
    return Task(
        record.number,
        record.title,
        record.description,
        record.completed,
        user,
        record.created_at,
        record.updated_at,
    )


def _shown(field: str, moment: datetime | None) -> str | None:
    return None if moment is None else write_time(to_utc(field, moment))
