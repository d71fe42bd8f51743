"""The tasks of one person, read. Each statement enters as that person itself (`Reading`), so that it needs no other.

`me` must be there before a task is looked for: what joins it is lateral and cannot be pulled up, and whatever comes too
early finds nothing, since nobody has been named yet.
"""

from functools import cache

from asyncpg import Record

from api.database.entry import ENTER
from api.database.transaction import Reading
from api.models.task import Order
from api.repositories.task_text import DELETED_TASK, KEPT, TASK, VERSION, Answer, Page, TaskKey

_SORT_KEYS = {
    "number": ("t.number", "bigint"),
    "created_at": ("t.created_at", "timestamptz"),
    "updated_at": ("t.updated_at", "timestamptz"),
    "title": ('t.title collate "C"', "text"),
}


def _entered(sql: str) -> str:
    return f"select found.* from {ENTER} as me (id) cross join lateral ({sql}) as found"


@cache
def _page(order: Order, *, completed: bool, search: bool, after: bool) -> str:
    """A page in one statement: one row more than asked for tells whether more follow."""
    key, kind = _SORT_KEYS[order.by]
    direction, beyond = ("desc", "<") if order.descending else ("asc", ">")
    where = ["t.user_id = me.id", "t.deleted_at is null"]
    place = 5
    if completed:
        where.append(f"t.completed = ${place}")
        place += 1
    if search:
        where.append(f"strpos(t.search_text, ${place}) > 0")
        place += 1
    if after:
        where.append(f"({key}, t.number) {beyond} (${place}::{kind}, ${place + 1}::bigint)")
    return _paged(
        f"select t.*, {key} as sort_key from todo.own_tasks t where {' and '.join(where)}"
        f" order by {key} {direction}, t.number {direction} limit $4 + 1",
        TASK,
        "number",
    )


def _paged(rows: str, task: str, tie: str) -> str:
    return _entered(f"""
        select convert_to(coalesce(string_agg(case when place <= $4 then {task} end, ','), ''), 'utf8') as tasks,
            count(*) > $4 as more,
            (array_agg(sort_key) filter (where place = $4))[1] as last_key,
            (array_agg({tie}) filter (where place = $4))[1] as last_tie
        from (select t.*, row_number() over () as place from ({rows}) as t) as t""")


class TaskReader:
    """The reading statements of whoever `reading` enters as."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    async def page(
        self, order: Order, limit: int, *, completed: bool | None, search: str, after: tuple[object, object] | None
    ) -> Page:
        """Tasks in order, after the given key and number. `search` is folded already; the empty one finds all."""
        sql = _page(order, completed=completed is not None, search=bool(search), after=after is not None)
        values = [value for value in (completed, search or None, *(after or ())) if value is not None]
        return _page_of(await self._reading.fetchrow(sql, limit, *values))

    async def summary(self) -> tuple[int, int]:
        """How many tasks there are, and how many are completed."""
        row = await self._reading.fetchrow(
            _entered(
                "select count(*) as total, count(*) filter (where t.completed) as completed"
                " from todo.own_tasks t where t.user_id = me.id and t.deleted_at is null"
            )
        )
        return (row["total"], row["completed"]) if row else (0, 0)

    async def find(self, key: TaskKey) -> Answer | None:
        """One task."""
        column = "number" if isinstance(key, int) else "id"
        row = await self._reading.fetchrow(
            _entered(
                f"select {TASK} as task, {VERSION} as version from todo.own_tasks t"
                f" where t.user_id = me.id and t.{column} = $4 and t.deleted_at is null limit 1"
            ),
            key,
        )
        return Answer(row["task"], row["version"]) if row else None

    async def bin(self, limit: int, after: tuple[object, object] | None) -> Page:
        """The bin, newest first."""
        beyond = " and (t.deleted_at, t.id) < ($5::timestamptz, $6::uuid)" if after else ""
        sql = _paged(
            f"select t.*, t.deleted_at as sort_key from todo.own_tasks t where t.user_id = me.id and {KEPT}{beyond}"
            " order by t.deleted_at desc, t.id desc limit $4 + 1",
            DELETED_TASK,
            "id",
        )
        return _page_of(await self._reading.fetchrow(sql, limit, *(after or ())))


def _page_of(row: Record | None) -> Page:
    if row is None:
        return Page(b"", None)
    return Page(row["tasks"], (row["last_key"], row["last_tie"]) if row["more"] else None)
