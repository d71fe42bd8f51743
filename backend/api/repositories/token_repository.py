"""Personal access tokens of one person, as SQL."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A personal access token as kept: without the token itself."""

    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


_COLUMNS = ", ".join(AccessToken.__slots__)


class TokenRepository:
    """The statements, each for `owner` alone."""

    def __init__(self, transaction: Transaction, owner: UUID) -> None:
        self._transaction = transaction
        self._owner = owner

    async def add(self, token_id: UUID, token_hash: bytes, name: str, days: int | None) -> AccessToken:
        """A new token that lives `days`, or for good."""
        row = await self._transaction.fetchrow(
            f"""
            insert into todo.access_tokens (id, user_id, hash, name, expires_at)
            values ($2, $1, $3, $4, now() + make_interval(days => $5)) returning {_COLUMNS}""",
            self._owner,
            token_id,
            token_hash,
            name,
            days,
        )
        assert row is not None  # noqa: S101 - an insert without conflict clause returns its row
        return AccessToken(*row)

    async def count(self) -> int:
        """How many have not expired."""
        count: int = await self._transaction.fetchval(
            "select count(*) from todo.access_tokens where user_id = $1 and (expires_at is null or expires_at > now())",
            self._owner,
        )
        return count

    async def all(self) -> list[AccessToken]:
        """All of them, the newest first, expired ones too until they are tidied away."""
        rows = await self._transaction.fetch(
            f"select {_COLUMNS} from todo.access_tokens where user_id = $1 order by created_at desc, id desc",
            self._owner,
        )
        return [AccessToken(*row) for row in rows]

    async def delete(self, token_id: UUID) -> bool:
        """Removes one; False if there is none."""
        return bool(
            await self._transaction.execute(
                "delete from todo.access_tokens where user_id = $1 and id = $2", self._owner, token_id
            )
        )

    async def delete_by_hash(self, token_hash: bytes) -> bool:
        """Removes the one with this hash; False if there is none."""
        return bool(
            await self._transaction.execute(
                "delete from todo.access_tokens where user_id = $1 and hash = $2", self._owner, token_hash
            )
        )

    async def delete_all(self) -> None:
        """Removes all."""
        await self._transaction.execute("delete from todo.access_tokens where user_id = $1", self._owner)
