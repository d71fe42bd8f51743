"""What a person does to their tasks: one method each. Here the rules meet what is kept."""

from collections.abc import Callable, Sequence
from uuid import UUID

from api.errors import NotYours, PreconditionFailed, TaskNotFound
from api.models.task import Draft, TaskCreate, TaskUpdate
from api.repositories.task_repository import TaskRepository
from api.repositories.task_text import Answer, TaskKey
from api.telemetry import measures
from api.utils.ids import new_id
from api.utils.parts import parts
from todo import rules

Precondition = Callable[[str], bool] | None
"""Whether a version is one that the person has seen; None if they do not ask."""


class TaskAdapter:
    """The tasks of one person, in one transaction."""

    def __init__(self, tasks: TaskRepository) -> None:
        self._tasks = tasks

    async def add(self, new: TaskCreate) -> tuple[UUID, Answer]:
        """A new task."""
        draft = _draft(new)
        added = await self._tasks.add(draft)
        assert added is not None  # noqa: S101 - an insert returns its row
        return draft.id, added

    async def add_all(self, new: Sequence[TaskCreate]) -> str:
        """New tasks, all or none, as JSON texts joined by commas."""
        return ",".join([await self._tasks.add_all([_draft(one) for one in some]) for some in parts(new)])

    async def update(self, key: TaskKey, changes: TaskUpdate, seen: Precondition) -> Answer:
        """Changes what is given and keeps the rest."""
        await self._check(key, seen)
        return await self._found(
            key,
            await self._tasks.update(
                key,
                title=changes.title,
                description=changes.description,
                completed=changes.completed,
                folded_title=None if changes.title is None else rules.fold(changes.title),
                folded_description=None if changes.description is None else rules.fold(changes.description),
            ),
        )

    async def complete(self, key: TaskKey, *, completed: bool | None, seen: Precondition) -> Answer:
        """Completes or reopens; None does whichever it is not."""
        await self._check(key, seen)
        return await self._found(key, await self._tasks.complete(key, completed))

    async def delete(self, key: TaskKey, seen: Precondition) -> None:
        """Puts a task into the bin."""
        await self._check(key, seen)
        if not await self._tasks.delete(key):
            raise await self._missing(key)

    async def clear(self, *, completed_only: bool, seen: Precondition) -> int:
        """Puts all tasks, or the completed ones, into the bin; how many."""
        self.check_list(seen)
        return await self._tasks.clear(completed_only=completed_only)

    async def restore(self, key: TaskKey, seen: Precondition) -> Answer:
        """Takes a task out of the bin again."""
        found = await self._tasks.lock_deleted(key)
        if found is None:
            present = await self._tasks.lock(key) is not None
            raise TaskNotFound if present else await self._missing(key, in_bin=True)
        task_id, version = found
        if seen is not None and not seen(version):
            raise PreconditionFailed
        return await self._found(key, await self._tasks.restore(task_id))

    async def empty_bin(self, seen: Precondition) -> int:
        """Deletes the bin for good; how many."""
        self.check_list(seen)
        return await self._tasks.empty_bin()

    def check_list(self, seen: Precondition) -> None:
        """A list has no version that anybody could have seen: only `If-Match: *` holds."""
        if seen is not None and not seen(""):
            raise PreconditionFailed

    async def _check(self, key: TaskKey, seen: Precondition) -> None:
        if seen is None:
            return
        version = await self._tasks.lock(key)
        if version is None:
            raise await self._missing(key)
        if not seen(version):
            raise PreconditionFailed

    async def _found(self, key: TaskKey, answer: Answer | None) -> Answer:
        if answer is None:
            raise await self._missing(key)
        return answer

    async def _missing(self, key: TaskKey, *, in_bin: bool = False) -> NotYours | TaskNotFound:
        elsewhere = isinstance(key, UUID) and await self._tasks.is_elsewhere(key, in_bin=in_bin)
        if not elsewhere:
            return TaskNotFound()
        measures.cross_owner.add()
        return NotYours()


def _draft(new: TaskCreate) -> Draft:
    return Draft(new_id(), new.title, new.description, new.completed, rules.searchable(new.title, new.description))
