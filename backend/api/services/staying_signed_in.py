"""Staying in and going out by refresh token: renewing a session, and ending it."""

import secrets

from api.database.entry import ACCOUNTS
from api.database.session import Database
from api.database.transaction import Transaction
from api.errors import ProblemError, Unauthorized
from api.repositories.session_repository import RefreshTokenRepository
from api.services.events import Events
from api.services.limits import Limits
from api.services.refresh_tokens import SALT_BYTES, successor_of
from api.services.sign_in import Welcome
from api.utils.access_token import hash_of

LOST_ANSWER_SECONDS = 10.0
"""For so long a used token gives its successor again: the answer may have been lost on the way."""


class Renewal:
    """For one request. A renewed session lives `days` from now."""

    def __init__(self, database: Database, limits: Limits, events: Events, *, days: int) -> None:
        self._database = database
        self._limits = limits
        self._events = events
        self._days = days

    async def refresh(self, token: str) -> Welcome:
        """The session with the next refresh token. A used token ends the session: two hold it, and one stole it.

        Raises `Unauthorized`, or `RateLimited` after too many failures.
        """
        token_hash, salt = hash_of(token), secrets.token_bytes(SALT_BYTES)

        async def work(transaction: Transaction) -> Welcome | ProblemError:
            tokens = RefreshTokenRepository(transaction)
            session = await tokens.lock_session(token_hash)
            found = await tokens.find(token_hash) if session else None
            if session is not None and found is not None:
                session_id, account = session
                if found.successor_salt is None:
                    successor = successor_of(token, salt)
                    await tokens.rotate(
                        session_id, used=token_hash, salt=salt, successor=hash_of(successor), days=self._days
                    )
                    return Welcome(account, session_id, successor)
                successor = successor_of(token, found.successor_salt)
                following = await tokens.find(hash_of(successor))
                in_time = (found.seconds_since_use or 0.0) <= LOST_ANSWER_SECONDS
                if in_time and following is not None and following.successor_salt is None:
                    return Welcome(account, session_id, successor)
                await tokens.end_session(token_hash)
                await self._events.note(transaction, account.id, "refresh_token_replayed")
            # Returned and not raised: the end of the session must be committed.
            return await self._limits.count_refresh_failure(transaction) or Unauthorized(
                "The session has ended: sign in again."
            )

        outcome = await self._database.transact(ACCOUNTS, work)
        if isinstance(outcome, ProblemError):
            raise outcome
        return outcome

    async def log_out(self, token: str) -> None:
        """Ends the token's session. One that is unknown or has ended is out already."""

        async def work(transaction: Transaction) -> None:
            user_id = await RefreshTokenRepository(transaction).end_session(hash_of(token))
            if user_id is not None:
                await self._events.note(transaction, user_id, "signed_out")

        await self._database.transact(ACCOUNTS, work)
