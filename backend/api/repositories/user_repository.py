"""Accounts, as SQL. Who is found depends on the entry: for `entry.ACCOUNTS` everybody, else oneself alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record, UniqueViolationError

from api.database.transaction import Transaction
from api.errors import EmailTaken
from api.models.account_rules import email_key

COLUMNS = "u.id, u.email, u.name, u.password_hash, u.active, u.issuer, u.created_at, u.admin"


@dataclass(frozen=True, slots=True)
class Account:
    """A person as kept. `password_hash` is None where they cannot sign in with one; `issuer` where they sign in here."""

    id: UUID
    email: str | None
    name: str | None
    password_hash: str | None
    active: bool
    issuer: str | None
    created_at: datetime
    admin: bool = False


def account_of(row: Record | None) -> Account | None:
    """The account in a row that holds `COLUMNS`."""
    return Account(*(row[name] for name in Account.__slots__)) if row else None


class UserRepository:
    """The statements."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, user_id: UUID, email: str, name: str | None, password_hash: str | None) -> Account:
        """A new account. Raises `EmailTaken`."""
        row = await self._transaction.fetchrow(
            f"""
            insert into todo.users as u (id, email, email_key, name, password_hash) values ($1, $2, $3, $4, $5)
            on conflict (email_key) where issuer is null do nothing returning {COLUMNS}""",
            user_id,
            email,
            email_key(email),
            name,
            password_hash,
        )
        added = account_of(row)
        if added is None:
            raise EmailTaken
        return added

    async def by_email(self, email: str) -> Account | None:
        """Who signs in here with this address, however it is spelt."""
        return account_of(
            await self._transaction.fetchrow(
                f"select {COLUMNS} from todo.users u where u.email_key = $1 and u.issuer is null", email_key(email)
            )
        )

    async def by_id(self, user_id: UUID) -> Account | None:
        """The account with this id."""
        return account_of(
            await self._transaction.fetchrow(f"select {COLUMNS} from todo.users u where u.id = $1", user_id)
        )

    async def confirm(self, user_id: UUID, password_hash: str) -> Account | None:
        """The account if it is active and its password still the one that was checked. It is locked: it stays so."""
        return account_of(
            await self._transaction.fetchrow(
                f"select {COLUMNS} from todo.users u where u.id = $1 and u.active and u.password_hash = $2 for no key update",
                user_id,
                password_hash,
            )
        )

    async def lock(self, user_id: UUID) -> None:
        """Keeps others from changing the account until the transaction ends."""
        await self._transaction.fetchval("select id from todo.users where id = $1 for no key update", user_id)

    async def rename(self, user_id: UUID, name: str | None) -> Account | None:
        """Sets the name."""
        return account_of(
            await self._transaction.fetchrow(
                f"update todo.users u set name = $2 where u.id = $1 returning {COLUMNS}", user_id, name
            )
        )

    async def readdress(self, user_id: UUID, email: str, password_hash: str | None) -> Account | None:
        """Sets the e-mail address, while the password is still the one that was checked. Raises `EmailTaken`."""
        try:
            row = await self._transaction.fetchrow(
                f"""
                update todo.users u set email = $2, email_key = $3
                where u.id = $1 and u.password_hash is not distinct from $4 returning {COLUMNS}""",
                user_id,
                email,
                email_key(email),
                password_hash,
            )
        except UniqueViolationError:
            # The index alone knows: whoever changes their own account sees nobody else's.
            raise EmailTaken from None
        return account_of(row)

    async def set_password(self, user_id: UUID, new_hash: str, *, old_hash: str | None) -> bool:
        """Replaces the password, while it is still the one that was checked."""
        return bool(
            await self._transaction.execute(
                "update todo.users set password_hash = $2 where id = $1 and password_hash is not distinct from $3",
                user_id,
                new_hash,
                old_hash,
            )
        )

    async def set_active(self, user_id: UUID, *, active: bool) -> None:
        """Lets the person in or keeps them out."""
        await self._transaction.execute("update todo.users set active = $2 where id = $1", user_id, active)

    async def set_admin(self, user_id: UUID, *, admin: bool) -> None:
        """Says whether the person may see how the server is doing."""
        await self._transaction.execute("update todo.users set admin = $2 where id = $1", user_id, admin)

    async def is_admin(self, user_id: UUID) -> bool:
        """Whether the person may see how the server is doing."""
        return bool(await self._transaction.fetchval("select admin from todo.users where id = $1", user_id))

    async def delete(self, user_id: UUID, *, password_hash: str | None) -> bool:
        """Removes the account with all that belongs to it, while the password is still the one that was checked."""
        return bool(
            await self._transaction.execute(
                "delete from todo.users where id = $1 and password_hash is not distinct from $2", user_id, password_hash
            )
        )

    async def all(self) -> list[Account]:
        """Everybody, in order of their making."""
        rows = await self._transaction.fetch(f"select {COLUMNS} from todo.users u order by u.created_at, u.id")
        return [account for account in map(account_of, rows) if account]

    async def external(self, issuer: str, subject: str, *, new_id: UUID, email: str | None, name: str | None) -> UUID:
        """The id of the account (issuer, subject), made if there is none."""
        find = "select id from todo.users where issuer = $1 and subject = $2"
        found: UUID | None = await self._transaction.fetchval(find, issuer, subject)
        if found is None:
            await self._transaction.execute(
                """
                insert into todo.users (id, issuer, subject, email, email_key, name) values ($1, $2, $3, $4, $5, $6)
                on conflict (issuer, subject) do nothing""",
                new_id,
                issuer,
                subject,
                email,
                email_key(email) if email else None,
                name,
            )
            found = await self._transaction.fetchval(find, issuer, subject)
        assert found is not None  # noqa: S101 - inserted here, or by whoever was first
        return found
