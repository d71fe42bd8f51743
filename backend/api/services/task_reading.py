"""What a person sees of their tasks: one method each."""

import re
from datetime import datetime
from uuid import UUID

from api.errors import TaskNotFound
from api.models.task import BinQuery, TaskQuery
from api.repositories.task_reader import TaskReader
from api.repositories.task_text import Answer, TaskKey
from api.services import cursor
from todo import rules

_SORT_KINDS: dict[str, cursor.Kind] = {"number": int, "title": str, "created_at": datetime, "updated_at": datetime}
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def task_key(text: str) -> TaskKey:
    """The id or number that a path names. Raises `TaskNotFound` for what is neither."""
    if _UUID.fullmatch(text):
        return UUID(text)
    number = rules.parse_number(text)
    if number is None:
        raise TaskNotFound
    return number


class TaskReading:
    """The tasks of one person, `owner`, as `reader` finds them."""

    def __init__(self, reader: TaskReader, owner: UUID) -> None:
        self._reader = reader
        self._owner = owner

    async def list(self, query: TaskQuery) -> tuple[bytes, str | None]:
        """A page of tasks, and the cursor of the next."""
        search = rules.fold(query.q)
        scope = (self._owner, query.sort, query.completed, search)
        kinds = _SORT_KINDS[query.order.by], int
        after = cursor.unseal(query.cursor, kinds, *scope) if query.cursor is not None else None
        page = await self._reader.page(query.order, query.limit, completed=query.completed, search=search, after=after)
        return page.tasks, cursor.seal(page.last, *scope) if page.last else None

    async def summary(self) -> tuple[int, int]:
        """How many tasks there are, and how many are completed."""
        return await self._reader.summary()

    async def show(self, key: TaskKey) -> Answer:
        """One task."""
        found = await self._reader.find(key)
        if found is None:
            raise TaskNotFound
        return found

    async def bin(self, query: BinQuery) -> tuple[bytes, str | None]:
        """A page of the bin, newest first, and the cursor of the next."""
        scope = (self._owner, "bin")
        after = cursor.unseal(query.cursor, (datetime, UUID), *scope) if query.cursor is not None else None
        page = await self._reader.bin(query.limit, after)
        return page.tasks, cursor.seal(page.last, *scope) if page.last else None
