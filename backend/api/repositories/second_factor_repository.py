"""The second factors of accounts, as SQL: what a person does with theirs, and what signing in asks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.database.transaction import Transaction

PENDING_MINUTES = 60
"""For so long a secret that was shown may be confirmed."""


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A second factor as its owner is told of it. `created_at` names this very one; None in `confirmed_at`: pending."""

    created_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A second factor as codes are checked against it."""

    secret: bytes
    last_step: int


class SecondFactorRepository:
    """The statements about one's own, none of which reads a secret."""

    def __init__(self, transaction: Transaction, owner: UUID) -> None:
        self._transaction = transaction
        self._owner = owner

    async def find(self) -> SecondFactor | None:
        """The one that is on, or one that waits to be confirmed and still may be."""
        row = await self._transaction.fetchrow(
            f"""
            select created_at, confirmed_at from todo.second_factors
            where user_id = $1 and (confirmed_at is not null or created_at > now() - interval '{PENDING_MINUTES} minutes')""",
            self._owner,
        )
        return SecondFactor(*row) if row else None

    async def begin(self, secret: bytes) -> bool:
        """Keeps a new one, in place of one that waits; False if one is on."""
        await self._transaction.execute(
            "delete from todo.second_factors where user_id = $1 and confirmed_at is null", self._owner
        )
        return bool(
            await self._transaction.execute(
                "insert into todo.second_factors (user_id, secret) values ($1, $2) on conflict do nothing",
                self._owner,
                secret,
            )
        )

    async def confirm(self, waiting: SecondFactor) -> bool:
        """Switches it on; False if it is not the one that waits any more."""
        return bool(
            await self._transaction.execute(
                """
                update todo.second_factors set confirmed_at = now()
                where user_id = $1 and created_at = $2 and confirmed_at is null""",
                self._owner,
                waiting.created_at,
            )
        )

    async def remove(self, known: SecondFactor) -> bool:
        """Switches it off; False if it is another by now, or none."""
        await self._remove_codes()
        return bool(
            await self._transaction.execute(
                "delete from todo.second_factors where user_id = $1 and created_at = $2", self._owner, known.created_at
            )
        )

    async def replace_codes(self, hashes: list[bytes]) -> None:
        """New recovery codes in place of all."""
        await self._remove_codes()
        await self._transaction.executemany(
            "insert into todo.recovery_codes (user_id, hash) values ($1, $2)", [(self._owner, one) for one in hashes]
        )

    async def count_codes(self) -> int:
        """Recovery codes that are left."""
        count: int = await self._transaction.fetchval(
            "select count(user_id) from todo.recovery_codes where user_id = $1", self._owner
        )
        return count

    async def _remove_codes(self) -> None:
        await self._transaction.execute("delete from todo.recovery_codes where user_id = $1", self._owner)


class SecretRepository:
    """The statements that check codes, whoever's: for `entry.ACCOUNTS`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def lock(self, user_id: UUID, *, pending: bool = False) -> SealedSecret | None:
        """The secret that is on, or the one that waits. Until the transaction ends no other code of it is checked."""
        row = await self._transaction.fetchrow(
            """
            select secret, last_step from todo.second_factors
            where user_id = $1 and (confirmed_at is null) = $2 for update""",
            user_id,
            pending,
        )
        return SealedSecret(*row) if row else None

    async def accept(self, user_id: UUID, step: int) -> None:
        """Remembers that the codes up to this step are used up."""
        await self._transaction.execute(
            "update todo.second_factors set last_step = $2 where user_id = $1", user_id, step
        )

    async def use_code(self, user_id: UUID, code_hash: bytes) -> bool:
        """Uses a recovery code up; False if there is no such one."""
        return bool(
            await self._transaction.execute(
                "delete from todo.recovery_codes where user_id = $1 and hash = $2", user_id, code_hash
            )
        )

    async def reset(self, user_id: UUID) -> bool:
        """Takes the second factor away with its recovery codes; False if there is none that is on."""
        await self._transaction.execute("delete from todo.recovery_codes where user_id = $1", user_id)
        return (
            await self._transaction.fetchval(
                "delete from todo.second_factors where user_id = $1 returning confirmed_at", user_id
            )
            is not None
        )

    async def all(self) -> list[tuple[UUID, bytes]]:
        """Every secret and whose it is."""
        rows = await self._transaction.fetch("select user_id, secret from todo.second_factors")
        return [(row["user_id"], row["secret"]) for row in rows]

    async def replace(self, user_id: UUID, old: bytes, new: bytes) -> None:
        """Keeps a secret sealed anew, while it is still that one."""
        await self._transaction.execute(
            "update todo.second_factors set secret = $3 where user_id = $1 and secret = $2", user_id, old, new
        )
