"""What happened to an account, on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from api.models.account import Moment
from api.models.fields import Wire, a_rule
from api.models.task import Cursor

LIMIT_MAX = 200


def _limit(value: object) -> int:
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= LIMIT_MAX):
        raise ValueError(f"The limit must be a whole number from 1 to {LIMIT_MAX}.")
    return int(value)


class EventQuery(Wire):
    """How many events, and after which."""

    limit: Annotated[int, a_rule(_limit, type="integer", minimum=1, maximum=LIMIT_MAX)] = 50
    cursor: Cursor | None = None


class EventRead(BaseModel):
    """One event. `address` is empty where the operator did it; of IPv6 it is the /64."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: str
    at: Moment
    address: str
    user_agent: str
    detail: str | None


class EventPage(BaseModel):
    """Events, the newest first; `next_cursor` is null at the end."""

    model_config = ConfigDict(frozen=True)

    events: list[EventRead]
    next_cursor: str | None
