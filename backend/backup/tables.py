"""Which tables travel, with which columns. The catalogue says what there is; what stays behind is named here."""

from dataclasses import dataclass

import asyncpg

from api.database.schema import REVISION, STAMP
from backup.errors import BackupError

LEFT_OUT = frozenset({"alembic_version", "recoveries", "attempts", "sessions", "refresh_tokens", "access_tokens"})
"""Of one server alone (recoveries, attempts), or a right that an old backup must not bring back. The revision stands in the
manifest."""

_TABLES = """
select c.relname as name, c.relrowsecurity as guarded,
    array(
        select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum
    ) as columns,
    has_table_privilege('todo_backup', c.oid, 'select') as granted,
    exists (
        select from pg_policy p where p.polrelid = c.oid and 'todo_backup'::regrole = any (p.polroles)
    ) as seen
from pg_class c where c.relnamespace = 'todo'::regnamespace and c.relkind = 'r' order by c.relname
"""


@dataclass(frozen=True)
class Table:
    """One that travels."""

    name: str
    columns: tuple[str, ...]

    @property
    def full_name(self) -> str:
        return f'todo."{self.name}"'

    @property
    def column_list(self) -> str:
        return ", ".join(f'"{column}"' for column in self.columns)


async def travelling(connection: asyncpg.Connection, revision: str = REVISION) -> list[Table]:
    """Raises `BackupError` where a table could not be read, or would seem empty because no policy shows its rows.

    In the schema of an older `revision` such a table did not travel.
    """
    tables = []
    for row in await connection.fetch(_TABLES + STAMP):
        if row["name"] in LEFT_OUT:
            continue
        if not row["granted"] or (row["guarded"] and not row["seen"]):
            if revision != REVISION:
                continue
            raise BackupError(f"The role todo_backup cannot read the table {row['name']}: run `todo-server migrate`.")
        tables.append(Table(row["name"], tuple(row["columns"])))
    return tables
