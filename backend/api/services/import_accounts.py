"""Whose records go to which account, as the operator says it."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from api.database.transaction import Transaction
from api.errors import EmailTaken
from api.models.account_rules import email_key
from api.repositories.import_repository import become_accounts
from api.repositories.user_repository import UserRepository
from api.utils.ids import new_id
from todo.errors import TodoError


class ImportRefused(TodoError):
    """The import cannot begin, and nothing was changed; `str(error)` says what to do."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An account that takes records; `email` is spelt as the account has it."""

    id: UUID
    email: str
    created: bool


def check_users(users: Collection[str | None], named: Mapping[str, str], default: str | None) -> None:
    """Raises `ImportRefused` unless each user of the file has an e-mail address, naming all who have none."""
    unnamed = sorted(user for user in users if user is not None and user not in named)
    complaints = []
    if unnamed:
        complaints.append(f"The file names {', '.join(map(repr, unnamed))}: say --user NAME=EMAIL for each.")
    if None in users and default is None:
        complaints.append("The file has records without user_id: say --default-user EMAIL.")
    if complaints:
        raise ImportRefused(f"Nothing was imported. {' '.join(complaints)}")


async def find_owners(transaction: Transaction, emails: Collection[str], *, create: bool) -> dict[str, Owner]:
    """The account of each address; one without password where there is none and `create` says so.

    Raises `ImportRefused`, naming all that are missing.
    """
    owners: dict[str, Owner] = {}
    missing = []
    await become_accounts(transaction)
    repository = UserRepository(transaction)
    # In one order everywhere, so that two imports at once wait for each other instead of failing.
    for email in sorted(emails, key=email_key):
        account = await repository.by_email(email)
        created = account is None and create
        if created:
            with suppress(EmailTaken):  # by another import, just now
                await repository.add(new_id(), email, None, None)
            account = await repository.by_email(email)
        if account is None:
            missing.append(email)
        else:
            owners[email] = Owner(account.id, account.email or email, created)
    if missing:
        addresses = ", ".join(map(repr, missing))
        raise ImportRefused(
            f"Nothing was imported. There is no account for {addresses}: make it, or say --create-accounts."
        )
    return owners
