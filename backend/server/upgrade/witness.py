"""Looks before and after migrations, inside their transaction: what it refuses has never happened.

Tables whose rows a migration means to change or drop stand in its `REWRITES`, a set of names; all others must hold the
same rows afterwards, in the columns that they had. The tables are locked from the first look to the end.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.util import await_only

from api.database.schema import REVISION, STAMP, revision_of
from api.database.wall import WallDown, check_wall
from api.models.database import Table as Model
from backup.fingerprints import SETTLED, Fingerprint, fingerprint
from backup.tables import Table
from server.upgrade.report import UpgradeError

_LONGEST_LOCK = "set local lock_timeout = '30s'"
"""Whoever works on the database meanwhile is waited for so long; then nothing has happened."""
_TABLES = """
select c.relname as name, c.relforcerowsecurity as forced, array(
    select a.attname::text from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum
) as columns
from pg_class c where c.relnamespace = to_regnamespace('todo') and c.relkind = 'r' and c.relname <> 'alembic_version'
order by 1
"""


@dataclass(frozen=True)
class Kept:
    """One table that was there before. `rewritten`: a migration says that it changes its rows."""

    table: Table
    before: Fingerprint
    rewritten: bool = False


class Witness:
    """Of one run. `seconds` is what the migrations themselves took; `tables` and `revision` are of before."""

    def __init__(self) -> None:
        self.revision: str | None = None
        self.tables: list[Kept] = []
        self.seconds = 0.0
        self._began = 0.0

    def before(self, connection: Connection, script: ScriptDirectory) -> None:
        """Raises `UpgradeError` where the schema is of a version that this one does not know."""
        await_only(self._before(_driver(connection), script))
        self._began = time.monotonic()

    def after(self, connection: Connection, context: MigrationContext) -> None:
        """Raises `UpgradeError`: the transaction must then be rolled back."""
        self.seconds = time.monotonic() - self._began
        await_only(self._compare(_driver(connection)))
        different = compare_metadata(context, Model.metadata)
        if different:
            raise UpgradeError(f"the schema is not the one that this version is written for: {different[0]!r:.200}")
        try:
            await_only(check_wall(_driver(connection)))
        except WallDown as error:
            raise UpgradeError(f"people would not be kept apart: {error}") from None

    async def _before(self, connection: Any, script: ScriptDirectory) -> None:
        self.revision = await revision_of(connection) if await connection.fetchval(_THERE) else None
        known = {each.revision: each for each in script.walk_revisions()}
        if self.revision is None or self.revision not in known:
            raise UpgradeError(f"the schema {self.revision or 'of nothing'} is not one that this version upgrades")
        steps = script.iterate_revisions(REVISION, self.revision)
        rewritten = {name for step in steps for name in getattr(step.module, "REWRITES", ())}
        await connection.execute(SETTLED + STAMP)
        await connection.execute(_LONGEST_LOCK + STAMP)
        async with _outside_the_wall(connection) as tables:
            self.tables = [Kept(each, await fingerprint(connection, each), each.name in rewritten) for each in tables]

    async def _compare(self, connection: Any) -> None:
        async with _outside_the_wall(connection) as tables:
            now = {each.name: each for each in tables}
            for kept in self.tables:
                name = kept.table.name
                if kept.rewritten:
                    continue
                if name not in now or not {*kept.table.columns} <= {*now[name].columns}:
                    raise UpgradeError(f"the table {name} or a column of it would be gone, and no migration says so")
                if await fingerprint(connection, kept.table) != kept.before:
                    raise UpgradeError(f"rows of the table {name} would be changed, and no migration says so")


_THERE = "select to_regclass('todo.alembic_version') is not null"


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


@asynccontextmanager
async def _outside_the_wall(connection: Any) -> AsyncIterator[list[Table]]:
    """The owner sees every row, within this transaction, which nobody else sees; every table is locked by it."""
    await connection.execute("set constraints all immediate")
    found = await connection.fetch(_TABLES + STAMP)
    for row in found:
        await connection.execute(f'lock table todo."{row["name"]}" in access exclusive mode')
    forced = [row["name"] for row in found if row["forced"]]
    for name in forced:
        await connection.execute(f'alter table todo."{name}" no force row level security')
    yield [Table(row["name"], tuple(row["columns"])) for row in found]
    for name in forced:
        await connection.execute(f'alter table todo."{name}" force row level security')
