"""After JWT_SECRET was replaced: what the previous one sealed is sealed with the new one, so that the old can go."""

from api.database.entry import ACCOUNTS
from api.database.session import Database
from api.database.transaction import Transaction
from api.repositories.second_factor_repository import SecretRepository
from api.utils.sealed import Unreadable, seal, unseal


async def reseal(database: Database, secrets: tuple[str, ...]) -> int:
    """How many secrets none of the server's opens: their owners need a recovery code or the operator."""

    async def work(transaction: Transaction) -> int:
        kept, unreadable = SecretRepository(transaction), 0
        for user_id, sealed in await kept.all():
            try:
                unseal(sealed, user_id, secrets[:1])
            except Unreadable:
                try:
                    await kept.replace(user_id, sealed, seal(unseal(sealed, user_id, secrets), user_id, secrets[0]))
                except Unreadable:
                    unreadable += 1
        return unreadable

    return await database.transact(ACCOUNTS, work)
