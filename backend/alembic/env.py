"""Runs migrations over asyncpg, on the direct connection, in one transaction under a lock."""

import asyncio

import asyncpg
from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.database.migrations import refuse_foreign_tables, target_of
from api.models.database import SCHEMA, Table

LOCK = 7_305_804_402_566_271_745
"""The key of the advisory lock under which migrations run: one at a time in a database."""


def run(connection: Connection) -> None:
    # A role named like the schema has it on its search path; tables are compared by their full names all the same.
    connection.dialect.default_schema_name = "public"
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        version_table_schema=SCHEMA,
        include_schemas=True,
        include_name=lambda name, kind, _: name == SCHEMA if kind == "schema" else True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if not context.config.attributes.get("adopt"):
            refuse_foreign_tables(connection)
        connection.execute(text(f"create schema if not exists {SCHEMA}"))
        onlooker = context.config.attributes.get("onlooker")
        if onlooker is not None:
            onlooker.before(connection, context.script)
        context.run_migrations()
        if onlooker is not None:
            onlooker.after(connection, context.get_context())


async def online() -> None:
    target = target_of(context.config)
    engine = create_async_engine(
        target.sqlalchemy_url, poolclass=NullPool, async_creator=lambda: asyncpg.connect(**target.arguments, timeout=10)
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
            await connection.commit()
    finally:
        await engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=Table.metadata, version_table_schema=SCHEMA)
    context.execute(f"create schema if not exists {SCHEMA}")
    context.run_migrations()
else:
    asyncio.run(online())
