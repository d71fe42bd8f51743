"""The first answers to POSTs, by the key that the client gave them; kept in the write's own transaction."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from api.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of a key: free for this request, answered before, of another request, or being answered now."""

    state: Literal["free", "replay", "reused", "in use"]
    status: int = 0
    headers: str = ""
    body: str = ""


class IdempotencyRepository:
    """The keys of one person."""

    def __init__(self, transaction: Transaction, owner: UUID) -> None:
        self._transaction = transaction
        self._owner = owner

    async def claim(self, key: str, request_hash: bytes) -> Claim:
        """Takes the key for this transaction, without waiting for another that has it."""
        row = await self._transaction.fetchrow("select * from todo.claim_key($1, $2)", key, request_hash)
        return Claim(row["state"], row["status"], row["headers"], row["body"]) if row else Claim("free")

    async def keep(self, key: str, request_hash: bytes, status: int, headers: str, body: str) -> None:
        """Keeps the answer; one that has expired gives way."""
        await self._transaction.execute(
            """
            insert into todo.idempotency_keys (user_id, key, request_hash, status, headers, body)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (user_id, key) do update set request_hash = excluded.request_hash, status = excluded.status,
                headers = excluded.headers, body = excluded.body, created_at = now()""",
            self._owner,
            key,
            request_hash,
            status,
            headers,
            body,
        )
