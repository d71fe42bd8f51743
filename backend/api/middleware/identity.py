"""Who is asking, once the token has been read. Whether they may still ask, the database says at the transaction's entry."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from api.database.entry import Entry


@dataclass(frozen=True, slots=True)
class Identity:
    """The bearer of a token. `session_id` is there only for those who signed in here."""

    user_id: UUID
    entry: Entry
    kind: Literal["session", "script", "external"]
    session_id: UUID | None = None
    token_hash: bytes | None = None
