"""The tasks of one person, changed. Born for one owner, so that no statement can forget whose tasks it means."""

from uuid import UUID

from asyncpg import Record

from api.database.outcome import MARK
from api.database.transaction import Transaction
from api.models.task import Draft
from api.repositories.task_text import KEPT, TASK, VERSION, Answer, TaskKey

MOVED = """case when t.updated_at < '9999-01-01' then greatest(clock_timestamp(), t.updated_at + interval '1 microsecond')
    else clock_timestamp() end"""
ANSWER = f"returning {TASK} as task, {VERSION} as version, {MARK} as xid"

_KEYS = {UUID: "t.id = $2", int: "t.number = $2"}


def _mine(kind: type[UUID] | type[int]) -> str:
    return f"t.user_id = $1 and {_KEYS[kind]} and t.deleted_at is null"


class TaskRepository:
    """The statements, each for `owner` alone."""

    def __init__(self, transaction: Transaction, owner: UUID) -> None:
        self._transaction = transaction
        self._owner = owner

    async def lock(self, key: TaskKey) -> str | None:
        """The version of a task, which stays so until the transaction ends."""
        version: str | None = await self._transaction.fetchval(
            f"select {VERSION} from todo.tasks t where {_mine(type(key))} for no key update", self._owner, key
        )
        return version

    async def add(self, draft: Draft) -> Answer | None:
        """A new task, numbered after the highest present."""
        return self._answer(
            await self._transaction.fetchrow(
                "insert into todo.tasks as t (id, user_id, number, title, description, completed, search_text)"
                f" values ($2, $1, todo.next_number(), $3, $4, $5, $6) {ANSWER}",
                self._owner,
                draft.id,
                draft.title,
                draft.description,
                draft.completed,
                draft.search_text,
            )
        )

    async def add_all(self, drafts: list[Draft]) -> str:
        """New tasks, numbered in their order, as JSON texts joined by commas."""
        row = await self._transaction.fetchrow(
            f"""
            with base as materialized (select todo.next_number() as number),
            added as (
                insert into todo.tasks as t (id, user_id, number, title, description, completed, search_text)
                select d.id, $1, base.number + d.place - 1, d.title, d.description, d.completed, d.search_text
                from base, unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::text[])
                    with ordinality as d (id, title, description, completed, search_text, place)
                returning t.number, {TASK} as task
            )
            select string_agg(task, ',' order by number) as tasks from added""",
            self._owner,
            [draft.id for draft in drafts],
            [draft.title for draft in drafts],
            [draft.description for draft in drafts],
            [draft.completed for draft in drafts],
            [draft.search_text for draft in drafts],
        )
        return row["tasks"] if row else ""

    async def update(
        self,
        key: TaskKey,
        *,
        title: str | None,
        description: str | None,
        completed: bool | None,
        folded_title: str | None,
        folded_description: str | None,
    ) -> Answer | None:
        """Changes what is given; None keeps the old value."""
        return self._answer(
            await self._transaction.fetchrow(
                rf"""
                update todo.tasks t set
                    title = coalesce($3, t.title), description = coalesce($4, t.description),
                    completed = coalesce($5, t.completed), updated_at = {MOVED},
                    search_text = coalesce($6, split_part(t.search_text, E'\x01', 1))
                        || E'\x01' || coalesce($7, split_part(t.search_text, E'\x01', 2))
                where {_mine(type(key))} {ANSWER}""",
                self._owner,
                key,
                title,
                description,
                completed,
                folded_title,
                folded_description,
            )
        )

    async def complete(self, key: TaskKey, completed: bool | None) -> Answer | None:
        """Sets the completion; None turns it round."""
        return self._answer(
            await self._transaction.fetchrow(
                f"update todo.tasks t set completed = coalesce($3, not t.completed), updated_at = {MOVED}"
                f" where {_mine(type(key))} {ANSWER}",
                self._owner,
                key,
                completed,
            )
        )

    async def delete(self, key: TaskKey) -> bool:
        """Puts a task into the bin; False if there is none."""
        xid = await self._transaction.fetchval(
            f"update todo.tasks t set deleted_at = now(), updated_at = {MOVED} where {_mine(type(key))} returning {MARK}",
            self._owner,
            key,
        )
        self._transaction.xid = xid or self._transaction.xid
        return xid is not None

    async def clear(self, *, completed_only: bool) -> int:
        """Puts all tasks, or the completed ones, into the bin; how many."""
        return await self._transaction.execute(
            f"update todo.tasks t set deleted_at = now(), updated_at = {MOVED}"
            f" where t.user_id = $1 and t.deleted_at is null{' and t.completed' if completed_only else ''}",
            self._owner,
        )

    async def lock_deleted(self, key: TaskKey) -> tuple[UUID, str] | None:
        """Id and version of a task in the bin; of several with one number the one deleted last."""
        row = await self._transaction.fetchrow(
            f"select t.id, {VERSION} as version from todo.tasks t where t.user_id = $1 and {_KEYS[type(key)]} and {KEPT}"
            " order by t.deleted_at desc limit 1 for no key update",
            self._owner,
            key,
        )
        return (row["id"], row["version"]) if row else None

    async def restore(self, task_id: UUID) -> Answer | None:
        """Takes a task out of the bin, under its number again or, if that is taken, under the next."""
        following = await self._transaction.fetchval("select todo.next_number()")
        return self._answer(
            await self._transaction.fetchrow(
                f"""
                update todo.tasks t set deleted_at = null, updated_at = {MOVED}, number = case when exists (
                    select from todo.tasks o where o.user_id = $1 and o.number = t.number and o.deleted_at is null
                ) then $3 else t.number end
                where t.user_id = $1 and t.id = $2 and t.deleted_at is not null {ANSWER}""",
                self._owner,
                task_id,
                following,
            )
        )

    async def empty_bin(self) -> int:
        """Deletes for good what is in the bin; how many."""
        return await self._transaction.execute(
            "delete from todo.tasks where user_id = $1 and deleted_at is not null", self._owner
        )

    async def is_elsewhere(self, task_id: UUID, *, in_bin: bool) -> bool:
        """Whether somebody has this task; asked only when the owner has not."""
        return bool(await self._transaction.fetchval("select todo.task_exists($1, $2)", task_id, in_bin))

    def _answer(self, row: Record | None) -> Answer | None:
        if row is None:
            return None
        self._transaction.xid = row["xid"] or self._transaction.xid
        return Answer(row["task"], row["version"])
