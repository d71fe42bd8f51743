"""Personal access tokens: what scripts and the console app carry instead of a password."""

from uuid import UUID

from api.database.transaction import Transaction
from api.errors import Invalid, NotFound, Unauthorized
from api.models.account import AccessTokenWish
from api.repositories.session_repository import SessionRepository
from api.repositories.token_repository import AccessToken, TokenRepository
from api.repositories.user_repository import UserRepository
from api.services.events import Events
from api.utils.access_token import hash_of

TOKENS_MAX = 100
"""That one person may have at a time."""


class AccessTokens:
    """The tokens of `owner`, in one transaction."""

    def __init__(self, transaction: Transaction, events: Events, owner: UUID) -> None:
        self._transaction = transaction
        self._events = events
        self._tokens = TokenRepository(transaction, owner)
        self._owner = owner

    async def add(self, token_id: UUID, token: str, wish: AccessTokenWish, session_id: UUID | None) -> AccessToken:
        """Keeps a new one. Raises `Invalid` when there are too many."""
        # A password change deletes the tokens and ends the session under the same lock: none may slip in behind it.
        await UserRepository(self._transaction).lock(self._owner)
        if session_id is not None and not await SessionRepository(self._transaction, self._owner).is_live(session_id):
            raise Unauthorized
        if await self._tokens.count() >= TOKENS_MAX:
            raise Invalid(f"There are {TOKENS_MAX} access tokens already: delete one first.")
        added = await self._tokens.add(token_id, hash_of(token), wish.name, wish.expires_in_days)
        await self._events.note(self._transaction, self._owner, "token_created", wish.name)
        return added

    async def all(self) -> list[AccessToken]:
        """The newest first."""
        return await self._tokens.all()

    async def delete(self, token_id: UUID) -> None:
        """Dead at once. Raises `NotFound`."""
        if not await self._tokens.delete(token_id):
            raise NotFound("You have no access token with this id.")
        await self._events.note(self._transaction, self._owner, "token_deleted")

    async def delete_current(self, token_hash: bytes | None) -> None:
        """The one that asks. Raises `NotFound` when whoever asks has signed in."""
        if token_hash is None:
            raise NotFound("This call was not made with a personal access token.")
        if not await self._tokens.delete_by_hash(token_hash):
            raise Unauthorized
        await self._events.note(self._transaction, self._owner, "token_deleted")
