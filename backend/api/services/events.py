"""What happened to an account and from where: written in the transaction of what happened, shown to the account's owner."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from api.database.transaction import Transaction
from api.repositories.event_repository import Event, EventRepository
from api.services.cursor import seal, unseal
from api.utils.ids import new_id

Kind = Literal[
    "account_created",
    "signed_in",
    "sign_in_refused",
    "second_factor_refused",
    "signed_out",
    "session_ended",
    "refresh_token_replayed",
    "password_refused",
    "password_changed",
    "email_changed",
    "name_changed",
    "token_created",
    "token_deleted",
    "second_factor_enabled",
    "second_factor_disabled",
    "recovery_code_used",
    "recovery_codes_renewed",
    "account_deactivated",
    "account_activated",
    "admin_granted",
    "admin_revoked",
    "access_refused",
]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from."""

    address: str
    user_agent: str
    request_id: str


OPERATOR = Origin("", "todo-server", "")
"""The operator's command, on the server itself."""


class Events:
    """The events of one request."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._written = (origin.address, origin.user_agent, origin.request_id)

    async def note(self, transaction: Transaction, user_id: UUID, kind: Kind, detail: str | None = None) -> None:
        """One more of this account."""
        await EventRepository(transaction).add(new_id(), user_id, kind, self._written, detail)

    async def note_refused_sign_in(self, transaction: Transaction, email: str) -> None:
        """One more where the address has an account; it takes as long where it has none."""
        await EventRepository(transaction).add_for(new_id(), email, "sign_in_refused", self._written)


async def page(
    transaction: Transaction, owner: UUID, *, limit: int, cursor: str | None
) -> tuple[list[Event], str | None]:
    """The owner's events, the newest first, and the cursor for more. Raises `InvalidCursor`."""
    before = unseal(cursor, (UUID, int), "events", owner)[0] if cursor is not None else None
    found = await EventRepository(transaction).page(owner, limit + 1, before if isinstance(before, UUID) else None)
    more = seal((found[limit - 1].id, 0), "events", owner) if len(found) > limit else None
    return found[:limit], more
