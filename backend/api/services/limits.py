"""How often something may be tried, counted in the database so that all processes count together.

Failed guesses of a password are counted by account and address, and by address; never by account alone, for then anybody
could lock anybody out. A success takes nothing off the count: the window alone does. Wrong one-time codes are counted by
account as well, from wherever they come: only who knows the password gets so far, and recovery codes still let its owner in.
"""

import hashlib
import math
from dataclasses import dataclass
from uuid import UUID

from api.database.transaction import Transaction
from api.errors import RateLimited
from api.models.account_rules import email_key
from api.repositories.attempt_repository import AttemptRepository


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in `seconds`."""

    count: int
    seconds: int


GUESSES_PER_ACCOUNT = Limit(10, 15 * 60)
GUESSES = Limit(100, 15 * 60)
WRONG_CODES = Limit(100, 24 * 60 * 60)
"""Of an account, from anywhere: three codes in a million are right at a time."""
REGISTRATIONS = Limit(1000, 60 * 60)
REFRESH_FAILURES = Limit(100, 15 * 60)


class Limits:
    """The limits of one address. Their transactions are entered as `entry.ACCOUNTS`."""

    def __init__(self, address: str, *, enabled: bool) -> None:
        self._address = address
        self._enabled = enabled

    async def check_guess(self, transaction: Transaction, email: str) -> None:
        """Before a password is checked: spares the work. Raises `RateLimited`."""
        if self._enabled:
            await self._check_guess(self._attempts(transaction, "login"), _account(email))

    async def settle_guess(self, transaction: Transaction, email: str, *, right: bool) -> None:
        """Before the outcome is told, one after the other: parallel guesses cannot pass the limit. Raises `RateLimited`."""
        if self._enabled:
            attempts = self._attempts(transaction, "login")
            await attempts.queue()
            await self._check_guess(attempts, _account(email))
            if not right:
                await attempts.note(_account(email))

    async def check_code(self, transaction: Transaction, user_id: UUID) -> None:
        """Before a one-time code is checked, under the lock of its secret. Raises `RateLimited`."""
        if self._enabled:
            attempts = AttemptRepository(transaction, "code", str(user_id))
            _refuse(WRONG_CODES, await attempts.wait(WRONG_CODES.count, WRONG_CODES.seconds))

    async def note_wrong_code(self, transaction: Transaction, user_id: UUID) -> None:
        """Counts one more."""
        if self._enabled:
            await AttemptRepository(transaction, "code", str(user_id)).note()

    async def count_registration(self, transaction: Transaction) -> None:
        """Counts one more. Raises `RateLimited`."""
        if self._enabled:
            attempts = self._attempts(transaction, "register")
            await attempts.queue()
            _refuse(REGISTRATIONS, await attempts.wait(REGISTRATIONS.count, REGISTRATIONS.seconds))
            await attempts.note()

    async def count_refresh_failure(self, transaction: Transaction) -> RateLimited | None:
        """Counts one more, and says if there were too many."""
        # Successes are not held up: a token cannot be guessed, and many people may share an address.
        if not self._enabled:
            return None
        attempts = self._attempts(transaction, "refresh")
        wait = await attempts.wait(REFRESH_FAILURES.count, REFRESH_FAILURES.seconds)
        if wait is None:
            await attempts.note()
            return None
        return _refusal(REFRESH_FAILURES, wait)

    async def _check_guess(self, attempts: AttemptRepository, account: bytes) -> None:
        _refuse(
            GUESSES_PER_ACCOUNT, await attempts.wait(GUESSES_PER_ACCOUNT.count, GUESSES_PER_ACCOUNT.seconds, account)
        )
        _refuse(GUESSES, await attempts.wait(GUESSES.count, GUESSES.seconds))

    def _attempts(self, transaction: Transaction, kind: str) -> AttemptRepository:
        return AttemptRepository(transaction, kind, self._address)


def _account(email: str) -> bytes:
    # A hash, because what strangers type is not always an address: sometimes it is their password.
    return hashlib.sha256(email_key(email).encode()).digest()


def _refusal(limit: Limit, wait: float) -> RateLimited:
    return RateLimited(limit=limit.count, wait=max(1, math.ceil(wait)))


def _refuse(limit: Limit, wait: float | None) -> None:
    if wait is not None:
        raise _refusal(limit, wait)
