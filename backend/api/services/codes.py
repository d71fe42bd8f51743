"""Whether a code lets somebody in: the one place where one-time and recovery codes are checked and used up."""

import time
from uuid import UUID

from api.database.transaction import Transaction
from api.repositories.second_factor_repository import SealedSecret, SecretRepository
from api.services.events import Events
from api.services.limits import Limits
from api.utils.one_time import compact, is_one_time, recovery_hash, step_of
from api.utils.sealed import Unreadable, unseal


class Codes:
    """The codes of `user_id`, in one transaction entered as `entry.ACCOUNTS`. `secrets`: the newest first."""

    def __init__(
        self, transaction: Transaction, limits: Limits, events: Events, user_id: UUID, secrets: tuple[str, ...]
    ) -> None:
        self._transaction = transaction
        self._kept = SecretRepository(transaction)
        self._limits = limits
        self._events = events
        self._user_id = user_id
        self._secrets = secrets

    async def lock(self, *, pending: bool = False) -> SealedSecret | None:
        """What codes are checked against; None where none are asked for. Codes of one account are checked one by one."""
        return await self._kept.lock(self._user_id, pending=pending)

    async def accept(self, factor: SealedSecret, sent: str) -> bool:
        """Whether it is a right code that was not used before; it is used up. Raises `RateLimited`."""
        code = compact(sent)
        if not is_one_time(code):
            used = await self._kept.use_code(self._user_id, recovery_hash(code))
            if used:
                await self._events.note(self._transaction, self._user_id, "recovery_code_used")
            return used
        await self._limits.check_code(self._transaction, self._user_id)
        step = self._step(factor, code)
        if step is None or step <= factor.last_step:
            await self._limits.note_wrong_code(self._transaction, self._user_id)
            return False
        await self._kept.accept(self._user_id, step)
        return True

    def _step(self, factor: SealedSecret, code: str) -> int | None:
        try:
            return step_of(code, unseal(factor.secret, self._user_id, self._secrets), time.time())
        except Unreadable:
            return None  # the server's secret was lost: recovery codes and the operator still help
