"""What happened to accounts, as SQL. Rows are added and read, never changed; `todo.trim_events` and `todo.tidy` remove them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.database.transaction import Transaction
from api.models.account_rules import email_key


@dataclass(frozen=True, slots=True)
class Event:
    """An event as its account's owner is shown it."""

    id: UUID
    kind: str
    at: datetime
    address: str
    user_agent: str
    detail: str | None


_COLUMNS = ", ".join(Event.__slots__)


class EventRepository:
    """The statements; `add` and `add_for` for `entry.ACCOUNTS`, or for oneself."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(
        self, event_id: UUID, user_id: UUID, kind: str, origin: tuple[str, str, str], detail: str | None
    ) -> None:
        """One more; `origin` is address, user agent and request id."""
        await self._transaction.execute(
            """
            insert into todo.events (id, user_id, kind, address, user_agent, request_id, detail)
            values ($1, $2, $3, $4, $5, $6, $7)""",
            event_id,
            user_id,
            kind,
            *origin,
            detail,
        )

    async def add_for(self, event_id: UUID, email: str, kind: str, origin: tuple[str, str, str]) -> None:
        """One more for whoever signs in here with this address. Where nobody does, the same work finds nobody."""
        await self._transaction.execute(
            """
            insert into todo.events (id, user_id, kind, address, user_agent, request_id)
            select $1, u.id, $3, $4, $5, $6 from todo.users u where u.email_key = $2 and u.issuer is null""",
            event_id,
            email_key(email),
            kind,
            *origin,
        )

    async def page(self, owner: UUID, limit: int, before: UUID | None) -> list[Event]:
        """The newest first, those before one of them."""
        rows = await self._transaction.fetch(
            f"""
            select {_COLUMNS} from todo.events
            where user_id = $1 and id < coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
            order by id desc limit $2""",
            owner,
            limit,
            before,
        )
        return [Event(*row) for row in rows]
