"""Setting up, renewing and switching off one's second factor. Codes are checked in a transaction of their own, for the role of
requests cannot read a secret; what follows runs as the person, and holds only if the second factor is still that one."""

from datetime import datetime
from uuid import UUID

from api.database.entry import ACCOUNTS, Entry
from api.database.session import Database
from api.database.transaction import Transaction
from api.errors import SecondFactorOff, SecondFactorOn, WrongCode
from api.repositories.second_factor_repository import SecondFactor, SecondFactorRepository
from api.services.codes import Codes
from api.services.events import Events
from api.services.limits import Limits
from api.services.proof import prove, read_own
from api.utils import one_time
from api.utils.sealed import seal


class OwnSecondFactor:
    """For one request of `user_id`, entered as `entry`."""

    def __init__(
        self,
        database: Database,
        limits: Limits,
        events: Events,
        *,
        user_id: UUID,
        entry: Entry,
        secrets: tuple[str, ...],
    ) -> None:
        self._database = database
        self._limits = limits
        self._events = events
        self._user_id = user_id
        self._entry = entry
        self._secrets = secrets

    async def look(self) -> tuple[datetime | None, int]:
        """Since when it is on, None if it is not, and how many recovery codes are left."""

        async def work(transaction: Transaction) -> tuple[datetime | None, int]:
            mine = self._mine(transaction)
            found = await mine.find()
            return found.confirmed_at if found else None, await mine.count_codes()

        return await self._database.transact(self._entry, work)

    async def begin(self, password: str, *, issuer: str) -> tuple[str, str]:
        """A secret, and the address that holds it for an app; nothing is asked for yet. Raises `SecondFactorOn`."""
        me = await read_own(self._database, self._entry, self._user_id)
        email = await prove(self._database, self._limits, self._events, me, password)
        secret = one_time.new_secret()
        sealed = seal(secret, self._user_id, self._secrets[0])

        async def work(transaction: Transaction) -> None:
            if not await self._mine(transaction).begin(sealed):
                raise SecondFactorOn

        await self._database.transact(self._entry, work)
        return one_time.as_text(secret), one_time.uri(secret, account=email, issuer=issuer)

    async def confirm(self, code: str) -> list[str]:
        """Switches it on, once a code shows that the app knows the secret; the recovery codes. Raises `WrongCode`."""
        me, waiting = await read_own(self._database, self._entry, self._user_id), await self._found()
        if waiting.confirmed_at is not None:
            raise SecondFactorOn
        await self._check(me.email or "", code, pending=True)
        codes = one_time.recovery_codes()

        async def work(transaction: Transaction) -> None:
            mine = self._mine(transaction)
            if not await mine.confirm(waiting):
                raise SecondFactorOff
            await mine.replace_codes([one_time.recovery_hash(one) for one in codes])
            await self._events.note(transaction, self._user_id, "second_factor_enabled")

        await self._database.transact(self._entry, work)
        return codes

    async def renew_codes(self, password: str, code: str) -> list[str]:
        """New recovery codes in place of all. Raises `WrongPassword`, `WrongCode` and `SecondFactorOff`."""
        await self._prove_both(password, code)
        codes = one_time.recovery_codes()

        async def work(transaction: Transaction) -> None:
            mine = self._mine(transaction)
            found = await mine.find()
            if found is None or found.confirmed_at is None:
                raise SecondFactorOff
            await mine.replace_codes([one_time.recovery_hash(one) for one in codes])
            await self._events.note(transaction, self._user_id, "recovery_codes_renewed")

        await self._database.transact(self._entry, work)
        return codes

    async def remove(self, password: str, code: str) -> None:
        """Switches it off. Raises `WrongPassword`, `WrongCode` and `SecondFactorOff`."""
        known = await self._prove_both(password, code)

        async def work(transaction: Transaction) -> None:
            if not await self._mine(transaction).remove(known):
                raise SecondFactorOff
            await self._events.note(transaction, self._user_id, "second_factor_disabled")

        await self._database.transact(self._entry, work)

    async def _prove_both(self, password: str, code: str) -> SecondFactor:
        me = await read_own(self._database, self._entry, self._user_id)
        email = await prove(self._database, self._limits, self._events, me, password)
        known = await self._found()
        if known.confirmed_at is None:
            raise SecondFactorOff
        await self._check(email, code)
        return known

    async def _found(self) -> SecondFactor:
        async def work(transaction: Transaction) -> SecondFactor | None:
            return await self._mine(transaction).find()

        found = await self._database.transact(self._entry, work)
        if found is None:
            raise SecondFactorOff
        return found

    async def _check(self, email: str, code: str, *, pending: bool = False) -> None:
        async def work(transaction: Transaction) -> bool:
            codes = Codes(transaction, self._limits, self._events, self._user_id, self._secrets)
            await self._limits.check_guess(transaction, email)
            factor = await codes.lock(pending=pending)
            if factor is None:
                raise SecondFactorOff
            right = await codes.accept(factor, code)
            await self._limits.settle_guess(transaction, email, right=right)
            if not right:
                await self._events.note(transaction, self._user_id, "second_factor_refused")
            return right

        if not await self._database.transact(ACCOUNTS, work):
            raise WrongCode

    def _mine(self, transaction: Transaction) -> SecondFactorRepository:
        return SecondFactorRepository(transaction, self._user_id)
