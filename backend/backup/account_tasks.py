"""Writing one person's tasks of an earlier moment over those of now (account.py says which become what)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import asyncpg

from api.database.schema import STAMP
from api.utils.ids import new_id

TASKS = """
select id, number, title, description, completed, created_at, search_text, deleted_at
from todo.tasks where user_id = $1 order by number, id
"""
_TO_BIN = """
insert into todo.tasks (id, user_id, number, title, description, completed, created_at, updated_at, deleted_at, search_text)
select n.id, t.user_id, t.number, t.title, t.description, t.completed, t.created_at, t.updated_at, now(), t.search_text
from unnest($1::uuid[], $2::uuid[]) as n (id, former) join todo.tasks t on t.id = n.former
"""
_VALUES = "unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::boolean[], $6::timestamptz[], $7::text[])"
_SET_BACK = f"""
update todo.tasks t set number = v.number, title = v.title, description = v.description, completed = v.completed,
    search_text = v.search_text, deleted_at = null, updated_at = now()
from {_VALUES} as v (id, number, title, description, completed, created_at, search_text) where t.id = v.id
"""
_INSERT = f"""
insert into todo.tasks (id, number, title, description, completed, created_at, search_text, user_id, updated_at)
select v.*, $8, now() from {_VALUES} as v (id, number, title, description, completed, created_at, search_text)
"""
_COMPARED = ("title", "description", "completed")


@dataclass
class BroughtBack:
    """How many tasks of the person."""

    email: str
    then: int = 0
    came_back: int = 0
    set_back: int = 0
    unchanged: int = 0
    made_since: int = 0
    renumbered: int = 0
    others_rows: int = 0
    """Rows of everybody else, in all tables: equal before and after."""

    def as_object(self) -> dict[str, Any]:
        return asdict(self)


async def put_back(
    connection: asyncpg.Connection, person: UUID, report: BroughtBack, tasks: Sequence[asyncpg.Record]
) -> BroughtBack:
    present = {row["id"]: row for row in await connection.fetch(TASKS + STAMP, person)}
    shown = {key: row for key, row in present.items() if row["deleted_at"] is None}
    taken = {row["number"] for row in shown.values()}
    # Beyond those that come back as well: only a number that is taken by now changes.
    following = max(taken.union(task["number"] for task in tasks), default=0) + 1
    set_back: list[tuple[Any, ...]] = []
    inserted: list[tuple[Any, ...]] = []
    to_bin: list[UUID] = []
    for task in tasks:
        current = shown.get(task["id"])
        if current is not None:
            if all(current[field] == task[field] for field in _COMPARED):
                report.unchanged += 1
                continue
            to_bin.append(task["id"])
            set_back.append(_values(task, current["number"]))
            report.set_back += 1
            continue
        number = task["number"]
        if number in taken:
            number, following = following, following + 1
            report.renumbered += 1
        taken.add(number)
        (set_back if task["id"] in present else inserted).append(_values(task, number))
        report.came_back += 1
    await connection.execute(_TO_BIN + STAMP, [new_id() for _ in to_bin], to_bin)
    await connection.execute(_SET_BACK + STAMP, *_columns(set_back))
    await connection.execute(_INSERT + STAMP, *_columns(inserted), person)
    report.made_since = len(shown.keys() - {task["id"] for task in tasks})
    return report


def _values(task: asyncpg.Record, number: int) -> tuple[Any, ...]:
    return (task["id"], number, *(task[name] for name in (*_COMPARED, "created_at", "search_text")))


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(7)]
