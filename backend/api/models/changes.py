"""Changes that can be taken back, on the wire: they go in together, and what was there before comes out."""

import re
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from api.models.fields import COMPLETED, DESCRIPTION, TITLE, Wire, a_rule
from api.models.task import TaskCreate, TaskRead
from todo import rules

MANY_MAX = 10_000
"""Tasks that one change may be about."""
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _key(value: object) -> UUID | int:
    if isinstance(value, str) and _UUID.fullmatch(value):
        return UUID(value)
    if type(value) is int and 1 <= value <= rules.NUMBER_MAX:
        return value
    raise ValueError("A task is named by its id or its number.")


Key = Annotated[UUID | int, a_rule(_key, anyOf=[{"type": "string", "format": "uuid"}, {"type": "integer"}])]


def _moment(value: object) -> str:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        with suppress(ValueError):
            datetime.fromisoformat(value)
            return value
    raise ValueError("A time is spelt as the answers spell it: 2026-01-09T10:07:00.000000Z.")


Moment = Annotated[str, a_rule(_moment, type="string", format="date-time")]
"""A time exactly as an answer spells it."""
Numbers = Annotated[list[Annotated[int, Field(ge=1, le=rules.NUMBER_MAX)]], Field(max_length=100_000)]


class TaskSeen(Wire):
    """A task and, for whoever cares, its `updated_at` as last seen: another one now, and nothing is changed (412)."""

    task: Key
    seen: Moment | None = None


class TaskChange(TaskSeen):
    """Changes to one task: absent fields keep their value, `toggle` turns the completion round."""

    title: Annotated[str | None, TITLE] = None
    description: Annotated[str | None, DESCRIPTION] = None
    completed: Annotated[bool | None, COMPLETED] = None
    toggle: Literal[True] | None = None

    @model_validator(mode="after")
    def _say_something(self) -> Self:
        given = self.model_fields_set - {"task", "seen"}
        if not given or ("toggle" in given and len(given) > 1):
            raise ValueError("Say what to change: title, description or completed; or toggle alone.")
        return self


class TaskChanges(Wire):
    """Changes to make together, in this order, all or none."""

    changes: Annotated[list[TaskChange], Field(min_length=1, max_length=MANY_MAX)]


class TaskAdditions(Wire):
    """Tasks to make together, all or none: more than a batch takes."""

    tasks: Annotated[list[TaskCreate], Field(min_length=1, max_length=MANY_MAX)]


class TaskDeletions(Wire):
    """What goes into the bin together: these tasks, all or none; or `clear`, of which `only` leaves these numbers."""

    tasks: Annotated[list[TaskSeen], Field(min_length=1, max_length=MANY_MAX)] | None = None
    clear: Literal["all", "completed"] | None = None
    only: Numbers | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.tasks is None) == (self.clear is None) or (self.tasks is not None and self.only is not None):
            raise ValueError("Say what to delete: tasks or clear, and only with clear alone.")
        return self


class Restoration(Wire):
    """What comes out of the bin together: all that went in at that moment, which must be so many."""

    deleted_at: Moment
    count: Annotated[int, Field(ge=1, le=rules.NUMBER_MAX)]


class ChangeRead(BaseModel):
    """A task before and after."""

    before: TaskRead
    after: TaskRead


class ChangesAnswer(BaseModel):
    """The changes in their order."""

    changes: list[ChangeRead]


class MovedRead(BaseModel):
    """A task that went or came back: its `updated_at` before it went, or since it is back."""

    id: UUID
    number: int
    updated_at: datetime


class DeletionsAnswer(BaseModel):
    """How many tasks went, and the one moment at which they did; null where there was none."""

    deleted: int
    deleted_at: datetime | None
    tasks: list[MovedRead]


class RestorationAnswer(BaseModel):
    """The tasks that are back, under their numbers."""

    tasks: list[MovedRead]
