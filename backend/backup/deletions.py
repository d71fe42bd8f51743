"""Accounts that were deleted since a backup: it does not bring them back by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from api.database.schema import STAMP
from backup.dumping import READER

Deletions = Mapping[UUID, datetime]


@dataclass(frozen=True)
class DeletedAccount:
    """One that the backup holds."""

    id: UUID
    email: str | None
    deleted_at: datetime


async def deletions_of(connection: asyncpg.Connection) -> Deletions | None:
    """What a database remembers of the accounts that were deleted there; None where it has no such memory."""
    if await connection.fetchval("select to_regclass('todo.deleted_accounts')" + STAMP) is None:
        return None
    async with connection.transaction(readonly=True):
        await connection.execute(READER + STAMP)
        rows = await connection.fetch("select id, deleted_at from todo.deleted_accounts" + STAMP)
    return {row["id"]: row["deleted_at"] for row in rows}


async def apply(connection: asyncpg.Connection, deletions: Deletions, *, bring_back: bool) -> list[DeletedAccount]:
    """The accounts among the restored ones that were deleted since, gone again with all their tasks unless `bring_back`.

    Inside the transaction that restored them.
    """
    ids = list(deletions)
    await _enter(connection, "todo_accounts")
    rows = await connection.fetch("select id, email from todo.users where id = any ($1) order by email" + STAMP, ids)
    found = [DeletedAccount(row["id"], row["email"], deletions[row["id"]]) for row in rows]
    back = {account.id for account in found} if bring_back else set()
    kept = [one for one in ids if one not in back]
    await _enter(connection, "todo_wall")
    # First these, with their own times: deleting an account adds nothing to what is there.
    await connection.execute(
        "insert into todo.deleted_accounts select * from unnest($1::uuid[], $2::timestamptz[]) on conflict do nothing"
        + STAMP,
        kept,
        [deletions[one] for one in kept],
    )
    await _enter(connection, "todo_accounts")
    await connection.execute("delete from todo.users where id = any ($1)" + STAMP, kept)
    await _enter(connection, "none")
    return found


async def _enter(connection: asyncpg.Connection, role: str) -> None:
    await connection.execute("select set_config('role', $1, true)" + STAMP, role)
