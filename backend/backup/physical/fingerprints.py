"""What the tables hold, in two numbers each: equal in a database and in a copy of it that lost and changed nothing."""

from typing import Any

from backup.physical.manifest import Table

_SETTINGS = "set timezone = 'UTC'; set datestyle = 'ISO'; set extra_float_digits = 1; set bytea_output = 'hex'"


async def fingerprints(connection: Any) -> dict[str, Table]:
    """Of all tables of the schema `todo`, for a role that sees every row."""
    await connection.execute(_SETTINGS)
    names = await connection.fetch("""
        select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'todo' and c.relkind = 'r' and c.relpersistence = 'p' order by 1
    """)
    return {name: await _of(connection, name) for (name,) in names}


async def _of(connection: Any, name: str) -> Table:
    row = await connection.fetchrow(
        f"select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as number from {name} t"
    )
    return Table(rows=row["rows"], fingerprint=row["number"])
