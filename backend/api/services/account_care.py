"""What the operator does with other people's accounts. Tasks cannot be seen from here."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from api.database.entry import ACCOUNTS
from api.database.session import Database
from api.database.transaction import Transaction
from api.errors import Invalid, NotFound
from api.repositories.second_factor_repository import SecretRepository
from api.repositories.session_repository import SessionRepository
from api.repositories.token_repository import TokenRepository
from api.repositories.user_repository import Account, UserRepository
from api.services.events import OPERATOR, Events
from api.services.password_choice import refuse_own_address
from api.services.passwords import hash_password
from api.utils.ids import new_id

Result = TypeVar("Result")
_BY_OPERATOR = Events(OPERATOR)


async def list_accounts(database: Database) -> list[Account]:
    """Everybody, in order of their making."""

    async def work(transaction: Transaction) -> list[Account]:
        return await UserRepository(transaction).all()

    return await database.transact(ACCOUNTS, work)


async def create_account(database: Database, email: str, name: str | None, password: str) -> Account:
    """A new account, also where registration is closed. Raises `Invalid` and `EmailTaken`."""
    refuse_own_address("password", password, email)
    user_id, password_hash = new_id(), await hash_password(password)

    async def work(transaction: Transaction) -> Account:
        account = await UserRepository(transaction).add(user_id, email, name, password_hash)
        await _BY_OPERATOR.note(transaction, account.id, "account_created")
        return account

    return await database.transact(ACCOUNTS, work)


async def find_account(database: Database, person: str) -> Account:
    """Whose e-mail address or id it is. Raises `NotFound`."""

    async def work(transaction: Transaction, account: Account) -> Account:
        return account

    return await _with_account(database, person, work)


async def set_password(database: Database, person: str, password: str) -> Account:
    """Replaces the password and ends all sessions and tokens. Raises `NotFound` and `Invalid`."""
    found = await find_account(database, person)
    if found.issuer is not None:
        raise Invalid(f"{person} signs in with an external service and has no password here.")
    refuse_own_address("password", password, found.email)
    new_hash = await hash_password(password)

    async def work(transaction: Transaction, account: Account) -> Account:
        await UserRepository(transaction).set_password(account.id, new_hash, old_hash=account.password_hash)
        await SessionRepository(transaction, account.id).end_all()
        await TokenRepository(transaction, account.id).delete_all()
        await _BY_OPERATOR.note(transaction, account.id, "password_changed")
        return account

    return await _with_account(database, person, work)


async def set_active(database: Database, person: str, *, active: bool) -> Account:
    """Lets the person in again, or ends their sessions and keeps them out. Raises `NotFound`."""

    async def work(transaction: Transaction, account: Account) -> Account:
        await UserRepository(transaction).set_active(account.id, active=active)
        if not active:
            await SessionRepository(transaction, account.id).end_all()
        await _BY_OPERATOR.note(transaction, account.id, "account_activated" if active else "account_deactivated")
        return account

    return await _with_account(database, person, work)


async def reset_second_factor(database: Database, person: str) -> bool:
    """Lets the person in by password alone; False if that was enough already. Raises `NotFound`."""

    async def work(transaction: Transaction, account: Account) -> bool:
        was_on = await SecretRepository(transaction).reset(account.id)
        if was_on:
            await _BY_OPERATOR.note(transaction, account.id, "second_factor_disabled")
        return was_on

    return await _with_account(database, person, work)


async def set_admin(database: Database, person: str, *, admin: bool) -> Account:
    """Lets the person see how the server is doing, or no longer. Raises `NotFound`."""

    async def work(transaction: Transaction, account: Account) -> Account:
        await UserRepository(transaction).set_admin(account.id, admin=admin)
        if admin is not account.admin:
            await _BY_OPERATOR.note(transaction, account.id, "admin_granted" if admin else "admin_revoked")
        return account

    return await _with_account(database, person, work)


async def delete_account(database: Database, person: str) -> Account:
    """Removes the account with all that belongs to it. Raises `NotFound`."""

    async def work(transaction: Transaction, account: Account) -> Account:
        await UserRepository(transaction).delete(account.id, password_hash=account.password_hash)
        return account

    return await _with_account(database, person, work)


async def _with_account(
    database: Database, person: str, work: Callable[[Transaction, Account], Awaitable[Result]]
) -> Result:
    async def found(transaction: Transaction) -> Result:
        users = UserRepository(transaction)
        account = await users.by_email(person) if "@" in person else await _by_id(users, person)
        if account is None:
            raise NotFound(f"There is no account {person}.")
        await users.lock(account.id)
        return await work(transaction, await users.by_id(account.id) or account)

    return await database.transact(ACCOUNTS, found)


async def _by_id(users: UserRepository, person: str) -> Account | None:
    try:
        return await users.by_id(UUID(person))
    except ValueError:
        return None
