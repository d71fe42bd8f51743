"""Tasks on the wire. The rules are those of `todo.rules`; the numbers stand there alone."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.models.fields import COMPLETED, DESCRIPTION, TITLE, Wire, a_rule
from todo import rules

LIMIT_MAX = 10_000
BATCH_MAX = 1_000
_LIMIT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A task about to be made, its rules kept."""

    id: UUID
    title: str
    description: str
    completed: bool
    search_text: str


@dataclass(frozen=True, slots=True)
class Order:
    """In which order tasks are listed; ties by number, the whole reversed where descending."""

    by: str
    descending: bool


class TaskCreate(Wire):
    """A new task."""

    title: Annotated[str, TITLE]
    description: Annotated[str, DESCRIPTION] = ""
    completed: Annotated[bool, COMPLETED] = False


class TaskUpdate(Wire):
    """Changes to a task: absent fields keep their value, at least one is needed, null is none."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    title: Annotated[str | None, TITLE] = None
    description: Annotated[str | None, DESCRIPTION] = None
    completed: Annotated[bool | None, COMPLETED] = None

    @model_validator(mode="before")
    @classmethod
    def _say_something(cls, value: object) -> object:
        if value == {}:
            raise ValueError("Say what to change: title, description or completed.")
        return value


class TaskCompletion(Wire):
    """Whether the task is done."""

    completed: Annotated[bool, COMPLETED]


class TaskBatch(Wire):
    """Tasks to make together, all or none."""

    tasks: Annotated[list[TaskCreate], Field(min_length=1, max_length=BATCH_MAX)]


class Nothing(Wire):
    """An empty object."""


def _limit(value: object) -> int:
    if not (isinstance(value, str) and _LIMIT.fullmatch(value) and 1 <= int(value) <= LIMIT_MAX):
        raise ValueError(f"The limit must be a whole number from 1 to {LIMIT_MAX}.")
    return int(value)


def _truth(value: object) -> bool:
    if value not in {"true", "false"}:
        raise ValueError("This parameter must be true or false.")
    return value == "true"


Truth = Annotated[bool, a_rule(_truth, type="boolean")]
Limit = Annotated[int, a_rule(_limit, type="integer", minimum=1, maximum=LIMIT_MAX)]
Cursor = Annotated[str, Field(max_length=2048)]
Search = Annotated[str, a_rule(rules.clean_search, type="string", maxLength=rules.SEARCH_MAX)]
Sort = Literal["number", "-number", "created_at", "-created_at", "updated_at", "-updated_at", "title", "-title"]


class TaskQuery(Wire):
    """Which tasks, in which order, how many, and after which."""

    completed: Truth | None = None
    q: Search = ""
    sort: Sort = "number"
    limit: Limit = 100
    cursor: Cursor | None = None

    @property
    def order(self) -> Order:
        return Order(self.sort.removeprefix("-"), self.sort.startswith("-"))


class BinQuery(Wire):
    """How many tasks of the bin, and after which."""

    limit: Limit = 100
    cursor: Cursor | None = None


class ClearQuery(Wire):
    """What to clear: exactly one of the two, and true."""

    completed: Truth | None = None
    all: Truth | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.completed, self.all) not in {(True, None), (None, True)}:
            raise ValueError("Say what to clear: ?completed=true or ?all=true, exactly one.")
        return self


class TaskRead(BaseModel):
    """A task."""

    id: UUID
    number: int
    title: str
    description: str
    completed: bool
    created_at: datetime
    updated_at: datetime
    user_id: UUID


class DeletedTaskRead(TaskRead):
    """A task in the bin."""

    deleted_at: datetime


class TaskAnswer(BaseModel):
    """One task."""

    task: TaskRead


class TasksAnswer(BaseModel):
    """Tasks made together."""

    tasks: list[TaskRead]


class TaskPage(TasksAnswer):
    """Tasks of a list; `next_cursor` is null at its end."""

    next_cursor: str | None


class BinPage(BaseModel):
    """Tasks of the bin."""

    tasks: list[DeletedTaskRead]
    next_cursor: str | None


class Summary(BaseModel):
    """How many tasks there are."""

    total: int
    completed: int
    pending: int


class Deleted(BaseModel):
    """How many tasks went."""

    deleted: int
