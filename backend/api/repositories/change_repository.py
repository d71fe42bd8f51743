"""Changes that tell what was there before, and deletions that come back as one. Born for one owner, as the tasks are."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from api.database.transaction import Transaction
from api.models.changes import TaskChange
from api.repositories.task_repository import MOVED
from api.repositories.task_text import KEPT, TASK, VERSION, Answer, TaskKey
from todo import rules


def _moment(column: str) -> str:
    return f"""to_char({column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _moved(at: str) -> str:
    """A task as JSON text, with the time of the last change that this column has."""
    return f"""format('{{"id":"%s","number":%s,"updated_at":"%s"}}', t.id, t.number, {_moment(at)})"""


_NAMED = "(t.number = any($2::bigint[]) or t.id = any($3::uuid[]))"


@dataclass(frozen=True, slots=True)
class Locked:
    """A task that nobody else changes now."""

    id: UUID
    number: int
    now: Answer


class ChangeRepository:
    """The statements, each for `owner` alone."""

    def __init__(self, transaction: Transaction, owner: UUID) -> None:
        self._transaction = transaction
        self._owner = owner

    async def expect_many(self) -> None:
        """Joins are hashed until the transaction ends. The planner takes somebody whom its statistics do not know for a
        person with one task, and compares each of thousands with each."""
        await self._transaction.fetchval("select set_config('enable_nestloop', 'off', true)")

    async def lock(self, keys: Sequence[TaskKey]) -> dict[TaskKey, Locked]:
        """Those of these tasks that there are, by id and by number; they stay so until the transaction ends."""
        rows = await self._transaction.fetch(
            f"select t.id, t.number, {TASK} as task, {VERSION} as version"
            f" from todo.tasks t where t.user_id = $1 and t.deleted_at is null and {_NAMED} order by t.id for no key update",
            self._owner,
            *_by_kind(keys),
        )
        found = [Locked(row["id"], row["number"], Answer(row["task"], row["version"])) for row in rows]
        return {one.number: one for one in found} | {one.id: one for one in found}

    async def make(self, changes: Sequence[tuple[UUID, TaskChange]]) -> dict[UUID, Answer]:
        """Changes locked tasks, each named once; how they are now, by id."""
        rows = await self._transaction.fetch(
            rf"""
            update todo.tasks t set
                title = coalesce(c.title, t.title), description = coalesce(c.description, t.description),
                completed = case when c.toggle then not t.completed else coalesce(c.completed, t.completed) end,
                updated_at = {MOVED},
                search_text = coalesce(c.folded_title, split_part(t.search_text, E'\x01', 1))
                    || E'\x01' || coalesce(c.folded_description, split_part(t.search_text, E'\x01', 2))
            from unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::boolean[], $7::text[], $8::text[])
                as c (id, title, description, completed, toggle, folded_title, folded_description)
            where t.user_id = $1 and t.id = c.id and t.deleted_at is null
            returning t.id, {TASK} as task, {VERSION} as version""",
            self._owner,
            [task_id for task_id, _ in changes],
            [change.title for _, change in changes],
            [change.description for _, change in changes],
            [change.completed for _, change in changes],
            [change.toggle for _, change in changes],
            [_folded(change.title) for _, change in changes],
            [_folded(change.description) for _, change in changes],
        )
        return {row["id"]: Answer(row["task"], row["version"]) for row in rows}

    async def delete(self, keys: Sequence[TaskKey]) -> list[Record]:
        """Puts these tasks into the bin. Each row: `deleted_at` and, as JSON text, the task as it went."""
        return await self._delete(_NAMED, *_by_kind(keys))

    async def clear(self, *, completed_only: bool, only: Sequence[int] | None) -> list[Record]:
        """Puts all tasks, or the completed ones, into the bin; with `only`, none but these numbers."""
        return await self._delete(
            "(t.completed or not $2) and ($3::bigint[] is null or t.number = any($3))", completed_only, only
        )

    async def restore(self, deleted_at: str) -> list[Record]:
        """Takes out of the bin what went at that moment, each under its number. Fails where one is taken."""
        return await self._transaction.fetch(
            f"""
            update todo.tasks t set deleted_at = null, updated_at = {MOVED}
            where t.user_id = $1 and t.deleted_at = $2::text::timestamptz and {KEPT}
            returning {_moved("t.updated_at")} as task""",
            self._owner,
            deleted_at,
        )

    async def taken(self, deleted_at: str) -> bool:
        """Whether a number of what went at that moment has another task now. Others wait to take numbers until the end."""
        await self._transaction.fetchval("select todo.next_number()")
        return bool(
            await self._transaction.fetchval(
                """
                select exists (
                    select from todo.tasks t join todo.tasks o on o.user_id = $1 and o.number = t.number
                    where t.user_id = $1 and t.deleted_at = $2::text::timestamptz and o.deleted_at is null
                )""",
                self._owner,
                deleted_at,
            )
        )

    async def _delete(self, which: str, *values: object) -> list[Record]:
        return await self._transaction.fetch(
            f"""
            update todo.tasks t set deleted_at = now(), updated_at = {MOVED}
            from (
                select t.id, t.updated_at from todo.tasks t
                where t.user_id = $1 and t.deleted_at is null and {which} for no key update
            ) as old
            where t.user_id = $1 and t.id = old.id
            returning {_moment("t.deleted_at")} as deleted_at, {_moved("old.updated_at")} as task""",
            self._owner,
            *values,
        )


def _by_kind(keys: Sequence[TaskKey]) -> tuple[list[int], list[UUID]]:
    return [key for key in keys if isinstance(key, int)], [key for key in keys if isinstance(key, UUID)]


def _folded(text: str | None) -> str | None:
    return None if text is None else rules.fold(text)
