"""Changes that a person can take back: made together or not at all, and told with what was there before."""

import re
from collections.abc import Sequence
from uuid import UUID

from api.errors import Forbidden, PreconditionFailed, TaskNotFound
from api.models.changes import Restoration, TaskChange, TaskDeletions, TaskSeen
from api.repositories.change_repository import ChangeRepository
from api.repositories.task_repository import TaskRepository
from api.repositories.task_text import Answer, TaskKey
from todo import rules


class TaskChanges:
    """The changes of one person, in one transaction."""

    def __init__(self, tasks: TaskRepository, changes: ChangeRepository) -> None:
        self._tasks = tasks
        self._changes = changes

    async def make(self, changes: Sequence[TaskChange]) -> str:
        """Makes the changes; JSON texts of each task before and after, joined by commas."""
        made = []
        for place, change in enumerate(changes):
            before = await self._lock(change, f"changes.{place}.task")
            after = await self._make(change.task, change)
            made.append(f'{{"before":{before.task},"after":{after.task if after else "null"}}}')
        return ",".join(made)

    async def delete(self, wanted: TaskDeletions) -> tuple[str | None, list[str]]:
        """Puts tasks into the bin: the moment, null if there was none, and JSON texts of what went."""
        if wanted.tasks is None:
            rows = await self._changes.clear(completed_only=wanted.clear == "completed", only=wanted.only)
        else:
            for place, seen in enumerate(wanted.tasks):
                await self._lock(seen, f"tasks.{place}.task")
            rows = await self._changes.delete([seen.task for seen in wanted.tasks])
        return rows[0]["deleted_at"] if rows else None, [row["task"] for row in rows]

    async def restore(self, wanted: Restoration) -> list[str]:
        """Takes out of the bin what went together. Raises `PreconditionFailed` unless all can be as it was."""
        if await self._changes.taken(wanted.deleted_at):
            raise PreconditionFailed
        rows = await self._changes.restore(wanted.deleted_at)
        if len(rows) != wanted.count:
            raise PreconditionFailed
        return [row["task"] for row in rows]

    async def _make(self, key: TaskKey, change: TaskChange) -> Answer | None:
        if change.toggle:
            return await self._tasks.complete(key, None)
        return await self._tasks.update(
            key,
            title=change.title,
            description=change.description,
            completed=change.completed,
            folded_title=None if change.title is None else rules.fold(change.title),
            folded_description=None if change.description is None else rules.fold(change.description),
        )

    async def _lock(self, seen: TaskSeen, field: str) -> Answer:
        found = await self._changes.lock(seen.task)
        if found is None:
            if isinstance(seen.task, UUID) and await self._tasks.is_elsewhere(seen.task, in_bin=False):
                raise Forbidden("This task is not yours to change.")
            raise TaskNotFound(errors=[(field, f"You have no task {seen.task}.")])
        if seen.seen is not None and re.sub(r"\D", "", seen.seen) != found.version:
            raise PreconditionFailed
        return found
