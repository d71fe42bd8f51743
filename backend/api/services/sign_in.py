"""Coming in: registering and signing in. Both begin a session with its first refresh token.

Passwords are hashed between transactions, never inside one: a connection must not wait for a processor.
"""

from dataclasses import dataclass
from uuid import UUID

from api.database.entry import ACCOUNTS
from api.database.session import Database
from api.database.transaction import Transaction
from api.errors import EmailTaken, InvalidCredentials, InvalidSecondFactor, ProblemError, SecondFactorRequired
from api.models.account import Credentials, Registration
from api.repositories.session_repository import SessionRepository
from api.repositories.user_repository import Account, UserRepository
from api.services.codes import Codes
from api.services.events import Events
from api.services.limits import Limits
from api.services.password_choice import refuse_own_address
from api.services.passwords import hash_password, is_outdated, matches
from api.services.refresh_tokens import random_token
from api.utils.access_token import hash_of
from api.utils.ids import new_id


@dataclass(frozen=True, slots=True)
class Welcome:
    """Who is in, by which session, and the token that renews it."""

    account: Account
    session_id: UUID
    refresh_token: str


class SignIn:
    """For one request. A session lives `days` from its last use."""

    def __init__(
        self, database: Database, limits: Limits, events: Events, *, days: int, secrets: tuple[str, ...]
    ) -> None:
        """`secrets`: the server's, the newest first."""
        self._database = database
        self._limits = limits
        self._secrets = secrets
        self._events = events
        self._days = days

    async def register(self, wish: Registration) -> Welcome:
        """A new account, signed in. Raises `Invalid`, `EmailTaken` and `RateLimited`."""
        refuse_own_address("password", wish.password, wish.email)

        async def look(transaction: Transaction) -> bool:
            await self._limits.count_registration(transaction)
            return await UserRepository(transaction).by_email(wish.email) is not None

        if await self._database.transact(ACCOUNTS, look):
            raise EmailTaken
        password_hash = await hash_password(wish.password)
        user_id, session_id, refresh_token = new_id(), new_id(), random_token()

        async def add(transaction: Transaction) -> Welcome:
            account = await UserRepository(transaction).add(user_id, wish.email, wish.name, password_hash)
            await self._events.note(transaction, account.id, "account_created")
            await self._begin(transaction, account.id, session_id, refresh_token)
            return Welcome(account, session_id, refresh_token)

        return await self._database.transact(ACCOUNTS, add)

    async def log_in(self, sent: Credentials) -> Welcome:
        """Raises `InvalidCredentials`, for unknown, wrong and inactive alike and as late, and `RateLimited`.

        Only who knows the password learns of a second factor: `SecondFactorRequired` or `InvalidSecondFactor`.
        """

        async def look(transaction: Transaction) -> Account | None:
            await self._limits.check_guess(transaction, sent.email)
            return await UserRepository(transaction).by_email(sent.email)

        found = await self._database.transact(ACCOUNTS, look)
        kept = found.password_hash if found else None
        right = await matches(sent.password, kept)
        renewed = await hash_password(sent.password) if right and kept and is_outdated(kept) else None
        session_id, refresh_token = new_id(), random_token()

        async def settle(transaction: Transaction) -> Welcome | ProblemError:
            users = UserRepository(transaction)
            # The password may have been changed, or the account closed, while the hash was computed.
            account = await users.confirm(found.id, kept) if right and found and kept else None
            refusal = await self._ask_for_code(transaction, account.id, sent.code) if account else InvalidCredentials()
            guessed = isinstance(refusal, InvalidCredentials | InvalidSecondFactor)
            await self._limits.settle_guess(transaction, sent.email, right=not guessed)
            if account is None:
                await self._events.note_refused_sign_in(transaction, sent.email)
                return InvalidCredentials()
            if refusal is not None:
                if guessed:
                    await self._events.note(transaction, account.id, "second_factor_refused")
                return refusal
            if renewed is not None:
                await users.set_password(account.id, renewed, old_hash=kept)
            await self._events.note(transaction, account.id, "signed_in")
            await self._begin(transaction, account.id, session_id, refresh_token)
            return Welcome(account, session_id, refresh_token)

        outcome = await self._database.transact(ACCOUNTS, settle)
        if isinstance(outcome, ProblemError):
            raise outcome
        return outcome

    async def _ask_for_code(self, transaction: Transaction, user_id: UUID, sent: str | None) -> ProblemError | None:
        """What there is to refuse once the password was right. Returned: the count of wrong codes must be committed."""
        codes = Codes(transaction, self._limits, self._events, user_id, self._secrets)
        factor = await codes.lock()
        if factor is None:
            return None
        if sent is None or not sent.strip():
            return SecondFactorRequired()
        return None if await codes.accept(factor, sent) else InvalidSecondFactor()

    async def _begin(self, transaction: Transaction, user_id: UUID, session_id: UUID, refresh_token: str) -> None:
        await SessionRepository(transaction, user_id).begin(
            session_id, user_agent=self._events.origin.user_agent, days=self._days, token_hash=hash_of(refresh_token)
        )
