"""What a restore does about rights that were taken since the backup was made."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from api.database.schema import STAMP
from api.models.account import rfc3339
from backup.rights import Rights, enter

_NAME = "coalesce(email, id::text) as name"


@dataclass(frozen=True)
class DeletedAccount:
    """One that the backup holds."""

    id: UUID
    email: str | None
    deleted_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {"id": str(self.id), "email": self.email, "deleted_at": rfc3339(self.deleted_at)}


@dataclass
class Settled:
    """What a restore did about rights. People are named by their addresses, or ids where they have none."""

    known: bool
    """Whether the database of before could be asked."""
    deleted: list[DeletedAccount] = field(default_factory=list)
    """Accounts of the backup that were deleted since."""
    kept_out: list[str] = field(default_factory=list)
    """Deactivated since, and so again."""
    no_admins: list[str] = field(default_factory=list)
    """Were admins then, and are not any more."""
    by_password_alone: list[str] = field(default_factory=list)
    """Have a second factor now, and had none in the backup."""
    unreadable: list[str] = field(default_factory=list)
    """Whose second factor was sealed under a JWT_SECRET that is not here."""

    def as_json(self) -> dict[str, Any]:
        found = asdict(self) | {"deleted_since": [one.as_json() for one in self.deleted], "deletions_known": self.known}
        del found["deleted"], found["known"]
        return found


async def settle(connection: asyncpg.Connection, rights: Rights | None, *, bring_back: bool) -> Settled:
    """Accounts that were deleted since are gone again with all their tasks, unless `bring_back`; who was kept out is kept out;
    who is no admin now, or may not be any more, is none; recovery codes that were used or replaced are gone.

    Inside the transaction that restored them, as a role that may enter ours.
    """
    done = Settled(known=rights is not None)
    admins = rights.admins if rights else ()
    await enter(connection, "todo_accounts")
    no_admins = f"update todo.users set admin = false where admin and id <> all ($1::uuid[]) returning {_NAME}"
    done.no_admins = await _names(connection, no_admins, list(admins))
    if rights is not None:
        await _delete_again(connection, rights.deleted, done, bring_back=bring_back)
        kept_out = f"update todo.users set active = false where active and id = any ($1::uuid[]) returning {_NAME}"
        done.kept_out = await _names(connection, kept_out, rights.kept_out)
        await connection.execute(
            "delete from todo.recovery_codes where user_id = any ($1::uuid[])"
            " and (user_id, hash) not in (select * from unnest($2::uuid[], $3::bytea[]))" + STAMP,
            rights.second_factors,
            [user for user, _ in rights.recovery_codes],
            [code for _, code in rights.recovery_codes],
        )
        done.by_password_alone = await _names(
            connection,
            f"select {_NAME} from todo.users u where id = any ($1::uuid[]) and not exists"
            " (select from todo.second_factors f where f.user_id = u.id and f.confirmed_at is not null)",
            rights.second_factors,
        )
    await enter(connection, "none")
    return done


async def _delete_again(
    connection: asyncpg.Connection, deletions: Mapping[UUID, datetime], done: Settled, *, bring_back: bool
) -> None:
    ids = list(deletions)
    rows = await connection.fetch("select id, email from todo.users where id = any ($1) order by email" + STAMP, ids)
    done.deleted = [DeletedAccount(row["id"], row["email"], deletions[row["id"]]) for row in rows]
    back = {account.id for account in done.deleted} if bring_back else set()
    gone = [one for one in ids if one not in back]
    await enter(connection, "todo_wall")
    # First these, with their own times: deleting an account adds nothing to what is there.
    await connection.execute(
        "insert into todo.deleted_accounts select * from unnest($1::uuid[], $2::timestamptz[]) on conflict do nothing"
        + STAMP,
        gone,
        [deletions[one] for one in gone],
    )
    await enter(connection, "todo_accounts")
    await connection.execute("delete from todo.users where id = any ($1)" + STAMP, gone)


async def _names(connection: asyncpg.Connection, query: str, people: Sequence[UUID]) -> list[str]:
    return sorted(row["name"] for row in await connection.fetch(query + STAMP, people))
