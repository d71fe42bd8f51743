"""Bringing a database's schema up to date, from the program rather than from Alembic's command line."""

import os
from pathlib import Path
from typing import Protocol

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from api.database.schema import ForeignTables
from api.database.url import Target, parse_url

INI = Path(__file__).parents[2] / "alembic.ini"


class Onlooker(Protocol):
    """Looks on inside the transaction of the migrations; what it raises rolls them back."""

    def before(self, connection: Connection, script: ScriptDirectory) -> None: ...

    def after(self, connection: Connection, context: MigrationContext) -> None: ...


def migrate(target: Target, *, adopt: bool = False, revision: str = "head", onlooker: Onlooker | None = None) -> None:
    """Runs the migrations that are missing, all or none. Raises `ForeignTables`, and what asyncpg, SQLAlchemy and
    `onlooker` raise."""
    config = Config(str(INI))
    config.attributes.update(target=target, adopt=adopt, onlooker=onlooker)
    command.upgrade(config, revision)


def downgrade(target: Target, revision: str) -> None:
    """Takes migrations back down to `revision`, with all that they hold; `base` is the empty schema."""
    config = Config(str(INI))
    config.attributes.update(target=target, adopt=True)
    command.downgrade(config, revision)


def target_of(config: Config) -> Target:
    """The database to migrate: handed over by the program, or from the environment when Alembic itself is called."""
    target = config.attributes.get("target")
    if isinstance(target, Target):
        return target
    url = (
        os.environ.get("NEON_DATABASE_URL_UNPOOLED")
        or os.environ.get("NEON_DATABASE_URL")
        or os.environ["DATABASE_URL"]
    )
    return parse_url(url).unpooled


def known_revisions() -> set[str]:
    """Of all migrations that this version has."""
    return {script.revision for script in ScriptDirectory.from_config(Config(str(INI))).walk_revisions()}


def refuse_foreign_tables(connection: Connection) -> None:
    """The first migration goes into an empty database only, unless the operator says otherwise."""
    if connection.execute(text("select to_regclass('todo.alembic_version')")).scalar() is not None:
        return
    found = connection.execute(
        text("""
            select n.nspname || '.' || c.relname
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
              and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
            order by 1 limit 1
        """)
    ).scalar()
    if found is not None:
        raise ForeignTables(
            f"the database holds other tables ({found}): use an empty one, or pass --adopt to add the schema todo to it"
        )
