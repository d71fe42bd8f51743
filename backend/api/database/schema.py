"""The revision of the schema that this code is written for; a test compares it with the newest migration."""

import secrets
from functools import cache

import asyncpg

REVISION = "0007"

STAMP = f" /* schema {REVISION} */"
"""Ends every statement: after a migration texts differ, so that no pooler answers from a plan that no longer fits."""


class Texts:
    """The statements of a process as they are sent: the same until a migration beside it has changed what they return.

    Then a pooler that keeps prepared statements, as Neon's, refuses each of these texts on every connection, and goes on
    doing so ("cached plan must not change result type", pgbouncer#1038); other texts are new to it.
    """

    def __init__(self) -> None:
        self.stamp = STAMP

    def renew(self, refused: str) -> None:
        """Other texts from now on, unless that was done since `refused` was the stamp."""
        if self.stamp == refused:
            self.stamp = f"{STAMP} /* {secrets.token_hex(4)} */"
            self.stamped.cache_clear()

    @cache  # noqa: B019 - there is one for the life of the process
    def stamped(self, sql: str) -> str:
        """The statement as it is sent now."""
        return sql + self.stamp


texts = Texts()


_READ_REVISION = "select version_num from todo.alembic_version"


class ForeignTables(Exception):
    """The database holds tables of something else."""


class NewerSchema(Exception):
    """The schema is of a version after this one; `str(error)` says so."""


async def revision_of(connection: asyncpg.Connection) -> str | None:
    """The revision that the database has; None where there is no schema of ours yet."""
    try:
        revision: str | None = await connection.fetchval(_READ_REVISION + STAMP)
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        return None
    return revision
