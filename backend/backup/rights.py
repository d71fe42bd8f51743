"""Who may do what, as a database knows it now: a backup brings no right back that was taken since it was made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from api.database.schema import STAMP
from api.utils.sealed import Unreadable, unseal
from backup.dumping import READER


@dataclass(frozen=True)
class Rights:
    """Of the database that is about to be replaced."""

    deleted: Mapping[UUID, datetime]
    kept_out: Sequence[UUID]
    admins: Sequence[UUID]
    second_factors: Sequence[UUID]
    """Whose accounts have one, confirmed."""
    recovery_codes: Sequence[tuple[UUID, bytes]]


async def rights_of(connection: asyncpg.Connection) -> Rights | None:
    """What a database knows of rights; None where it remembers no deletions, or never had an account."""
    if await connection.fetchval("select to_regclass('todo.deleted_accounts')" + STAMP) is None:
        return None
    async with connection.transaction(readonly=True):
        await connection.execute(READER + STAMP)
        deleted = await connection.fetch("select id, deleted_at from todo.deleted_accounts" + STAMP)
        await enter(connection, "todo_accounts")
        users = await connection.fetch("select id, active, admin from todo.users" + STAMP)
        factors = await connection.fetch(
            "select user_id from todo.second_factors where confirmed_at is not null" + STAMP
        )
        codes = await connection.fetch("select user_id, hash from todo.recovery_codes" + STAMP)
    if not users and not deleted:
        return None
    return Rights(
        deleted={row["id"]: row["deleted_at"] for row in deleted},
        kept_out=[row["id"] for row in users if not row["active"]],
        admins=[row["id"] for row in users if row["admin"]],
        second_factors=[row["user_id"] for row in factors],
        recovery_codes=[(row["user_id"], row["hash"]) for row in codes],
    )


async def unreadable(connection: asyncpg.Connection, secrets: tuple[str, ...]) -> list[str]:
    """Whose second factor none of these opens: they get in by a recovery code only."""
    async with connection.transaction():
        await enter(connection, "todo_accounts")
        rows = await connection.fetch(
            "select id, coalesce(email, id::text) as name, secret from todo.second_factors join todo.users on id = user_id"
            " where confirmed_at is not null order by name" + STAMP
        )
        await enter(connection, "none")
    return [row["name"] for row in rows if not _opens(row["secret"], row["id"], secrets)]


def _opens(sealed: bytes, owner: UUID, secrets: tuple[str, ...]) -> bool:
    try:
        unseal(sealed, owner, secrets)
    except Unreadable:
        return False
    return True


async def enter(connection: asyncpg.Connection, role: str) -> None:
    """A role for the rest of the transaction; `none` leaves it."""
    await connection.execute("select set_config('role', $1, true)" + STAMP, role)
