"""What was tried from where, as SQL: the memory of the limits, common to all processes."""

from api.database.transaction import Transaction


class AttemptRepository:
    """The statements about one kind of attempt from one address: for `entry.ACCOUNTS`."""

    def __init__(self, transaction: Transaction, kind: str, address: str) -> None:
        self._transaction = transaction
        self._kind = kind
        self._address = address

    async def queue(self) -> None:
        """Waits until no other transaction counts attempts of this kind from this address, and keeps others waiting."""
        await self._transaction.fetchval(
            "select pg_advisory_xact_lock(hashtext($1), hashtext($2))", self._kind, self._address
        )

    async def wait(self, limit: int, seconds: int, account: bytes | None = None) -> float | None:
        """Seconds until fewer than `limit` attempts lie in the last `seconds`; None if it is so now."""
        wait: float | None = await self._transaction.fetchval(
            """
            select extract(epoch from at + make_interval(secs => $4) - now())::float8 from todo.attempts
            where kind = $1 and address = $2 and at > now() - make_interval(secs => $4)
              and ($5::bytea is null or account = $5)
            order by at desc offset $3 - 1 limit 1""",
            self._kind,
            self._address,
            limit,
            float(seconds),
            account,
        )
        return wait

    async def note(self, account: bytes | None = None) -> None:
        """Remembers one more."""
        await self._transaction.execute(
            "insert into todo.attempts (kind, address, account) values ($1, $2, $3)", self._kind, self._address, account
        )
