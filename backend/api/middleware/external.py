"""Tokens of an external auth service: who they are about, as an account here."""

from api.database.session import Database
from api.errors import Unauthorized
from api.middleware.identity import Identity
from api.settings import Settings


class ExternalAccounts:
    """Accepts the service's tokens. The account is (issuer, subject), made at first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def identify(self, token: str, database: Database) -> Identity:
        """The account behind the token. Raises `Unauthorized`."""
        raise Unauthorized
