"""Changes that tell what was there before, and deletions that come back as one. Born for one owner, as the tasks are."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from api.database.transaction import Transaction
from api.repositories.task_repository import MOVED
from api.repositories.task_text import KEPT, TASK, VERSION, Answer, TaskKey


def _moment(column: str) -> str:
    return f"""to_char({column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _moved(at: str) -> str:
    """A task as JSON text, with the time of the last change that this column has."""
    return f"""format('{{"id":"%s","number":%s,"updated_at":"%s"}}', t.id, t.number, {_moment(at)})"""


_MINE = "o.user_id = $1 and o.deleted_at is null"


class ChangeRepository:
    """The statements, each for `owner` alone."""

    def __init__(self, transaction: Transaction, owner: UUID) -> None:
        self._transaction = transaction
        self._owner = owner

    async def lock(self, key: TaskKey) -> Answer | None:
        """A task, which stays so until the transaction ends."""
        row = await self._transaction.fetchrow(
            f"select {TASK} as task, {VERSION} as version from todo.tasks t where t.user_id = $1"
            f" and t.{'number' if isinstance(key, int) else 'id'} = $2 and t.deleted_at is null for no key update",
            self._owner,
            key,
        )
        return Answer(row["task"], row["version"]) if row else None

    async def delete(self, keys: Sequence[TaskKey]) -> list[Record]:
        """Puts these tasks into the bin. Each row: `deleted_at` and, as JSON text, the task as it went."""
        return await self._delete(
            "(o.number = any($2::bigint[]) or o.id = any($3::uuid[]))",
            [key for key in keys if isinstance(key, int)],
            [key for key in keys if isinstance(key, UUID)],
        )

    async def clear(self, *, completed_only: bool, only: Sequence[int] | None) -> list[Record]:
        """Puts all tasks, or the completed ones, into the bin; with `only`, none but these numbers."""
        return await self._delete(
            "(o.completed or not $2) and ($3::bigint[] is null or o.number = any($3))", completed_only, only
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
            from (select o.id, o.updated_at from todo.tasks o where {_MINE} and {which} for no key update) as old
            where t.user_id = $1 and t.id = old.id
            returning {_moment("t.deleted_at")} as deleted_at, {_moved("old.updated_at")} as task""",
            self._owner,
            *values,
        )
