"""The revision of the schema that this code is written for; a test compares it with the newest migration."""

import asyncpg

REVISION = "0003"

STAMP = f" /* schema {REVISION} */"
"""Ends every statement: after a migration texts differ, so that no pooler answers from a plan that no longer fits."""


_READ_REVISION = "select version_num from todo.alembic_version"


class ForeignTables(Exception):
    """The database holds tables of something else."""


async def revision_of(connection: asyncpg.Connection) -> str | None:
    """The revision that the database has; None where there is no schema of ours yet."""
    try:
        revision: str | None = await connection.fetchval(_READ_REVISION + STAMP)
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        return None
    return revision
