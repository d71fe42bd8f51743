"""One person's tasks as they were at an earlier moment, brought back into the database that is used.

    missing now, or in the bin      come back, with their number, or the next one where it is taken by now
    changed since                   are as they were; what they were until now goes into the bin, for 30 days
    made since                      stay

All of it happens behind the wall, as `todo_app` for that person, in one transaction that sees the database of one moment; the
fingerprint of everybody else's rows is taken before and after.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from api.database.schema import STAMP
from api.database.url import Target
from backup.account_tasks import TASKS, BroughtBack, put_back
from backup.dumping import READER, connected
from backup.errors import BackupError
from backup.fingerprints import SETTLED, Fingerprint, fingerprint
from backup.tables import Table, travelling

_TRIES = 8
_WHO = "select id from todo.users where email_key = lower($1) or lower(email) = lower($1) order by issuer nulls first limit 1"


async def bring_back(then: asyncpg.Connection, now: Target, email: str) -> BroughtBack:
    """`then` is a connection to a restored database of that moment, as owner. Raises `BackupError`, and has changed nothing."""
    async with then.transaction(readonly=True):
        await then.execute(SETTLED)
        await then.execute(READER)
        person = await then.fetchval(_WHO, email)
        if person is None:
            raise BackupError(f"There was no account {email} at that time.")
        tasks = [row for row in await then.fetch(TASKS, person) if row["deleted_at"] is None]
    async with connected(now) as connection:
        for attempt in range(_TRIES):
            try:
                async with connection.transaction(isolation="repeatable_read"):
                    return await _within(connection, person, email, tasks)
            except (asyncpg.SerializationError, asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError):
                # The person is at work. What they did counts: once more, on what there is now.
                if attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(0.2 * (attempt + 1))
    raise AssertionError


async def _within(
    connection: asyncpg.Connection, person: UUID, email: str, tasks: Sequence[asyncpg.Record]
) -> BroughtBack:
    await connection.execute(SETTLED + STAMP)
    tables = await travelling(connection)
    before = await _of_others(connection, tables, person)
    await _enter(connection, "todo_app", person)
    # As todo.next_number: one who numbers at a time.
    if await connection.fetchval("select id from todo.users where id = $1 for no key update" + STAMP, person) is None:
        raise BackupError(
            f"The account {email} of that time is not there any more: restore the whole backup elsewhere to see its tasks."
        )
    report = await put_back(connection, person, BroughtBack(email, then=len(tasks)), tasks)
    after = await _of_others(connection, tables, person)
    if before != after:
        raise BackupError("Rows of other people would have changed: nothing was done.")
    report.others_rows = sum(one.rows for one in after.values())
    return report


async def _of_others(connection: asyncpg.Connection, tables: Sequence[Table], person: UUID) -> dict[str, Fingerprint]:
    """Everybody else's rows, in every table, and this person's in those that are not tasks."""
    await _enter(connection, "todo_backup", None)
    return {
        table.name: await fingerprint(
            connection, table, *(("user_id <> $1", person) if table.name == "tasks" else ("true",))
        )
        for table in tables
    }


async def _enter(connection: asyncpg.Connection, role: str, person: UUID | None) -> None:
    await connection.execute(
        "select set_config('todo.user_id', $1, true), set_config('role', $2, true)" + STAMP, str(person or ""), role
    )
