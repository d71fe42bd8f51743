"""What a person does with their own account. What cannot be undone, or lets somebody in, wants the password again."""

from uuid import UUID

from api.database.entry import Entry
from api.database.session import Database
from api.database.transaction import Transaction
from api.errors import WrongPassword
from api.models.account import PasswordChange, PasswordProof, ProfileChange
from api.models.account_rules import email_key
from api.repositories.session_repository import SessionRepository
from api.repositories.token_repository import TokenRepository
from api.repositories.user_repository import Account, UserRepository
from api.services.events import Events
from api.services.limits import Limits
from api.services.password_choice import refuse_own_address
from api.services.passwords import hash_password
from api.services.proof import prove, read_own


class OwnAccount:
    """For one request of `user_id`, entered as `entry`."""

    def __init__(self, database: Database, limits: Limits, events: Events, *, user_id: UUID, entry: Entry) -> None:
        self._database = database
        self._limits = limits
        self._events = events
        self._user_id = user_id
        self._entry = entry

    async def change(self, changes: ProfileChange) -> Account:
        """Name and e-mail address. Raises `WrongPassword`, `EmailTaken` and `RateLimited`."""
        me = await read_own(self._database, self._entry, self._user_id)
        email = changes.email
        if email is not None and (me.email is None or email_key(email) != email_key(me.email)):
            await prove(self._database, self._limits, self._events, me, changes.password)

        async def work(transaction: Transaction) -> Account:
            users = UserRepository(transaction)
            changed: Account | None = me
            if "name" in changes.model_fields_set:
                changed = await users.rename(me.id, changes.name)
                await self._events.note(transaction, me.id, "name_changed")
            if email is not None:
                changed = await users.readdress(me.id, email, me.password_hash)
                if email != me.email:
                    await self._events.note(transaction, me.id, "email_changed")
            if changed is None:
                raise WrongPassword
            return changed

        return await self._database.transact(self._entry, work)

    async def change_password(self, change: PasswordChange, session_id: UUID | None) -> None:
        """Ends all other sessions and all tokens of scripts. Raises `Invalid`, `WrongPassword` and `RateLimited`."""
        me = await read_own(self._database, self._entry, self._user_id)
        refuse_own_address("new_password", change.new_password, me.email)
        await prove(self._database, self._limits, self._events, me, change.current_password)
        new_hash = await hash_password(change.new_password)

        async def work(transaction: Transaction) -> None:
            if not await UserRepository(transaction).set_password(me.id, new_hash, old_hash=me.password_hash):
                raise WrongPassword
            await SessionRepository(transaction, me.id).end_all(but=session_id)
            await TokenRepository(transaction, me.id).delete_all()
            await self._events.note(transaction, me.id, "password_changed")

        await self._database.transact(self._entry, work)

    async def delete(self, proof: PasswordProof) -> None:
        """The account and all tasks, at once and for good. Raises `WrongPassword` and `RateLimited`."""
        me = await read_own(self._database, self._entry, self._user_id)
        await prove(self._database, self._limits, self._events, me, proof.password)

        async def work(transaction: Transaction) -> None:
            if not await UserRepository(transaction).delete(me.id, password_hash=me.password_hash):
                raise WrongPassword

        await self._database.transact(self._entry, work)
