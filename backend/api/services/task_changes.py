"""Changes that a person can take back: made together or not at all, and told with what was there before."""

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from api.errors import NotYours, PreconditionFailed, TaskNotFound
from api.models.changes import Restoration, TaskChange, TaskDeletions, TaskSeen
from api.repositories.change_repository import ChangeRepository, Locked
from api.repositories.task_repository import TaskRepository
from api.repositories.task_text import TaskKey
from api.telemetry import measures
from api.utils.parts import parts

_MANY = 100


class TaskChanges:
    """The changes of one person, in one transaction."""

    def __init__(self, tasks: TaskRepository, changes: ChangeRepository) -> None:
        self._tasks = tasks
        self._changes = changes

    async def make(self, changes: Sequence[TaskChange]) -> str:
        """Makes the changes; JSON texts of each task before and after, joined by commas."""
        locked = await self._lock(changes, "changes")
        now = {one.id: one.now for one in locked}
        made = [""] * len(changes)
        for turn in _turns(locked):
            _check_seen((changes[place].seen, now[locked[place].id].version) for place in turn)
            for some in parts(turn):
                after = await self._changes.make([(locked[place].id, changes[place]) for place in some])
                for place in some:
                    task = locked[place].id
                    made[place] = f'{{"before":{now[task].task},"after":{after[task].task}}}'
                now |= after
        return ",".join(made)

    async def delete(self, wanted: TaskDeletions) -> tuple[str | None, list[str]]:
        """Puts tasks into the bin: the moment, null if there was none, and JSON texts of what went."""
        if wanted.tasks is None:
            await self._changes.expect_many()  # nobody has counted them
            rows = await self._changes.clear(completed_only=wanted.clear == "completed", only=wanted.only)
        else:
            locked = await self._lock(wanted.tasks, "tasks")
            _check_seen((seen.seen, one.now.version) for seen, one in zip(wanted.tasks, locked, strict=True))
            ids = list(dict.fromkeys(one.id for one in locked))
            rows = [row for some in parts(ids) for row in await self._changes.delete(some)]
        return rows[0]["deleted_at"] if rows else None, [row["task"] for row in rows]

    async def restore(self, wanted: Restoration) -> list[str]:
        """Takes out of the bin what went together. Raises `PreconditionFailed` unless all can be as it was."""
        if wanted.count > _MANY:
            await self._changes.expect_many()
        if await self._changes.taken(wanted.deleted_at):
            raise PreconditionFailed
        rows = await self._changes.restore(wanted.deleted_at)
        if len(rows) != wanted.count:
            raise PreconditionFailed
        return [row["task"] for row in rows]

    async def _lock(self, named: Sequence[TaskSeen], field: str) -> list[Locked]:
        found: dict[TaskKey, Locked] = {}
        if len(named) > _MANY:
            await self._changes.expect_many()
        for some in parts(named):
            found |= await self._changes.lock([one.task for one in some])
        for place, one in enumerate(named):
            if one.task not in found:
                if isinstance(one.task, UUID) and await self._tasks.is_elsewhere(one.task, in_bin=False):
                    measures.cross_owner.add()
                    raise NotYours
                raise TaskNotFound(errors=[(f"{field}.{place}.task", f"You have no task {one.task}.")])
        return [found[one.task] for one in named]


def _turns(locked: Sequence[Locked]) -> list[list[int]]:
    """The places in turns: a task that is named again comes again in the next."""
    turns: list[list[int]] = []
    named: dict[UUID, int] = {}
    for place, one in enumerate(locked):
        turn = named[one.id] = named.get(one.id, -1) + 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(place)
    return turns


def _check_seen(versions: Iterable[tuple[str | None, str]]) -> None:
    """Raises `PreconditionFailed` where a task is no longer as it was seen."""
    if any(seen is not None and re.sub(r"\D", "", seen) != version for seen, version in versions):
        raise PreconditionFailed
