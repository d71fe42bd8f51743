"""Whether the wall between people stands, looked at from inside a transaction as requests have it."""

import asyncpg

from api.database.schema import REVISION, STAMP, revision_of


class WallDown(Exception):
    """The database would not keep people apart, or is not of this version: nothing may be served. `str(error)` says why."""


_LOOK = """
select
    current_user = 'todo_app' as entered,
    exists (
        select from pg_roles where rolname in ('todo_app', 'todo_accounts') and (rolsuper or rolbypassrls)
    ) as pierces,
    (
        select string_agg(c.relname, ', ' order by c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'todo' and c.relkind in ('r', 'p')
          and (c.relname = 'users' or exists (
              select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
          ))
          and not (c.relrowsecurity and c.relforcerowsecurity)
    ) as open_tables,
    (
        select pg_get_userbyid(c.relowner) = 'todo_app' and c.reloptions is null
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'todo' and c.relname = 'own_tasks' -- by name: a migration may be making it anew
    ) as walled_view,
    exists (select from todo.tasks) or exists (select from todo.own_tasks) as visible
"""


async def check_wall(connection: asyncpg.Connection) -> None:
    """Raises `WallDown` unless the schema is this code's and row-level security holds for the role that requests take.

    After an error the connection is not to be used again: a link that is lost has nothing to roll back.
    """
    try:
        revision = await revision_of(connection)
    except asyncpg.InsufficientPrivilegeError as error:
        raise WallDown(f"the URL's role lacks a privilege ({error}); docs/database.md lists them") from error
    if revision != REVISION:
        raise WallDown(
            f"the database's schema is {revision or 'empty'} and this version needs {REVISION}: run `todo-server migrate`"
        )
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("select set_config('role', 'todo_app', true)")
        seen = await connection.fetchrow(_LOOK + STAMP)
    except asyncpg.InsufficientPrivilegeError as error:
        raise WallDown(
            f"the URL's role cannot enter the role todo_app ({error}); docs/database.md lists the privileges"
        ) from error
    await transaction.rollback()
    assert seen is not None  # noqa: S101 - a select without from gives one row
    if not seen["entered"] or seen["pierces"]:
        raise WallDown(
            "todo_app or todo_accounts could pass by row-level security: neither may be superuser or BYPASSRLS"
        )
    if seen["open_tables"]:
        raise WallDown(f"row-level security is off on {seen['open_tables']}: run `todo-server migrate`")
    if not seen["walled_view"]:
        raise WallDown("the view own_tasks must belong to todo_app, whose row-level security it is read with")
    if seen["visible"]:
        raise WallDown("tasks can be seen without a person being named: row-level security does not hold")
