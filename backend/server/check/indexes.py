"""Which indexes a database of this version lacks, and making them again."""

import asyncio

import asyncpg
from sqlalchemy import Index, PrimaryKeyConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, CreateIndex

from api.database.dialler import CONNECT_SECONDS
from api.database.schema import STAMP
from api.database.url import Target
from api.models.database import Table
from server.migrations import NotMade, in_one_line

_INDEXES = """
select c.relname as name, i.indisvalid and i.indisready as valid
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'todo'"""


async def lacking(connection: asyncpg.Connection) -> tuple[int, list[str], list[str]]:
    """How many there are; the names of those that are missing, and of those that are not valid."""
    found = {row["name"]: row["valid"] for row in await connection.fetch(_INDEXES + STAMP)}
    return len(found), sorted(set(_wanted()) - set(found)), sorted(name for name, valid in found.items() if not valid)


def make_lacking(target: Target) -> list[str]:
    """Makes those of a database of this version, while others work on it. Their names. Raises `NotMade`."""
    return asyncio.run(_make_lacking(target))


async def _make_lacking(target: Target) -> list[str]:
    connection = await asyncpg.connect(**target.arguments, timeout=CONNECT_SECONDS, statement_cache_size=0)
    try:
        _, missing, broken = await lacking(connection)
        wanted = _wanted()
        for name in missing + broken:
            try:
                await connection.execute(
                    _statement(wanted[name]) if name in missing else f'reindex index concurrently todo."{name}"'
                )
            except asyncpg.PostgresError as error:
                raise NotMade(f"The index {name} cannot be made: {in_one_line(error)}.") from error
    finally:
        await connection.close(timeout=CONNECT_SECONDS)
    return missing + broken


def _wanted() -> dict[str, Index | PrimaryKeyConstraint]:
    tables = Table.metadata.tables.values()
    wanted: dict[str, Index | PrimaryKeyConstraint] = {f"{table.name}_pkey": table.primary_key for table in tables}
    return wanted | {str(index.name): index for table in tables for index in table.indexes}


def _statement(wanted: Index | PrimaryKeyConstraint) -> str:
    made = CreateIndex(wanted) if isinstance(wanted, Index) else AddConstraint(wanted)
    text = str(made.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    return text.replace(" INDEX ", " INDEX CONCURRENTLY ", 1)
