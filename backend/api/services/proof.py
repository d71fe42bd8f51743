"""The password, again: for what cannot be undone, or lets somebody in."""

from uuid import UUID

from api.database.entry import ACCOUNTS, Entry
from api.database.session import Database
from api.database.transaction import Transaction
from api.errors import Unauthorized, WrongPassword
from api.repositories.user_repository import Account, UserRepository
from api.services.events import Events
from api.services.limits import Limits
from api.services.passwords import matches

NONE = "none"
"""Detail of a refusal where no password was given at all."""


async def read_own(database: Database, entry: Entry, user_id: UUID) -> Account:
    """The account of whoever enters as `entry`."""

    async def work(transaction: Transaction) -> Account | None:
        return await UserRepository(transaction).by_id(user_id)

    me = await database.transact(entry, work)
    if me is None:
        raise Unauthorized
    return me


async def prove(database: Database, limits: Limits, events: Events, me: Account, password: str | None) -> str:
    """Raises `WrongPassword` or `RateLimited`; guesses count like those of signing in, for the same secret is guessed.

    Returns the e-mail address that they are counted by. Accounts of an external service have no password: it is wrong.
    """
    if password is None or me.password_hash is None or me.email is None:

        async def tell(transaction: Transaction) -> None:
            await events.note(transaction, me.id, "password_refused", NONE if password is None else None)

        await database.transact(ACCOUNTS, tell)
        raise WrongPassword
    email = me.email

    async def look(transaction: Transaction) -> None:
        await limits.check_guess(transaction, email)

    await database.transact(ACCOUNTS, look)
    right = await matches(password, me.password_hash)

    async def settle(transaction: Transaction) -> None:
        await limits.settle_guess(transaction, email, right=right)
        if not right:
            await events.note(transaction, me.id, "password_refused")

    await database.transact(ACCOUNTS, settle)
    if not right:
        raise WrongPassword
    return email
