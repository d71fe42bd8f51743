"""What every command asks for, wherever the tasks are kept: in the local file or in an account on a server."""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple, Protocol

from console.task import Task

Verb = Literal["complete", "incomplete", "toggle"]


class NewTask(NamedTuple):
    """What a person says of a task that is to be."""

    title: str
    description: str = ""
    completed: bool = False


class Tasks(Protocol):
    """The tasks of one user. Each method is one thing a person does; all raise `TodoError`, with one sentence to tell."""

    notices: list[str]
    """Sentences for the person, beside the answer."""

    def find(self, *, completed: bool | None = None, search: str = "") -> list[Task]:
        """The tasks in order of number; completed ones, open ones or both, with this text in title or description."""

    def get(self, number: int) -> Task:
        """One task. Raises `TaskNotFound`."""

    def add(self, title: str, description: str) -> Task:
        """A new task."""

    def update(self, number: int, title: str, description: str | None) -> Task:
        """A new title and, unless it is None, a new description. Raises `TaskNotFound`."""

    def add_many(self, new: Sequence[NewTask]) -> list[Task]:
        """New tasks, all or none, as one change."""

    def change_many(self, verb: Verb, numbers: Sequence[int]) -> list[Task]:
        """The same to each task, all or none, as one change, in the order given. Raises `TaskNotFound`."""

    def delete_many(self, numbers: Sequence[int]) -> int:
        """Delete tasks, all or none, as one change, and answer how many. Raises `TaskNotFound`."""

    def clear(self, *, completed: bool, only: Collection[int] | None = None) -> int:
        """Delete all tasks, or the completed ones, and answer how many; with `only`, none but these."""

    def undo(self) -> str:
        """Take the last change back and say which it was. Raises `NothingToUndo` and `ChangedMeanwhile`."""
