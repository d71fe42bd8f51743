"""What a unit of work may do: statements of one transaction, or reading statements that are one each."""

from typing import Any

import asyncpg

from api.database.entry import PersonalEntry
from api.database.schema import texts


class Transaction:
    """Statements of one transaction. `xid` is its mark (outcome.py), set by whoever learns it in passing."""

    __slots__ = ("_connection", "xid")

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self.xid: str | None = None

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """All rows."""
        rows: list[asyncpg.Record] = await self._connection.fetch(texts.stamped(sql), *values)
        return rows

    async def fetchrow(self, sql: str, *values: object) -> asyncpg.Record | None:
        """The first row, if there is one."""
        return await self._connection.fetchrow(texts.stamped(sql), *values)

    async def fetchval(self, sql: str, *values: object) -> Any:
        """The first column of the first row."""
        return await self._connection.fetchval(texts.stamped(sql), *values)

    async def execute(self, sql: str, *values: object) -> int:
        """How many rows the statement touched."""
        status = await self._connection.execute(texts.stamped(sql), *values)
        return int(status.rsplit(" ", 1)[-1]) if status[-1:].isdigit() else 0

    async def executemany(self, sql: str, rows: list[tuple[object, ...]]) -> None:
        """The statement once a row."""
        await self._connection.executemany(texts.stamped(sql), rows)


class Reading:
    """Reading statements, each a transaction of its own that enters by itself: one round trip where BEGIN, entry and COMMIT
    would be two more. `entered` says whether the entry was granted."""

    __slots__ = ("_connection", "_entry", "entered")

    def __init__(self, connection: asyncpg.Connection, entry: PersonalEntry) -> None:
        self._connection = connection
        self._entry = entry.values
        self.entered = False

    async def fetchrow(self, sql: str, *values: object) -> asyncpg.Record | None:
        """The first row. `sql` calls `entry.ENTER`; its own parameters begin with $4."""
        row = await self._connection.fetchrow(texts.stamped(sql), *self._entry, *values)
        self.entered = True
        return row
