"""Whether the wall between people stands, looked at from inside a transaction as requests have it."""

import asyncpg

from api.database.schema import REVISION, STAMP, revision_of


class WallDown(Exception):
    """The database would not keep people apart, or is not of this version: nothing may be served. `str(error)` says why, `mend`
    what to do about it."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.mend = mend


_GRANT = "Grant the URL's role what docs/database.md lists."
_IN_PSQL = "In psql, as docs/operations.md says:"
_VIEW = (
    f"{_IN_PSQL} grant create on schema todo to todo_app; alter view todo.own_tasks owner to todo_app;"
    " revoke create on schema todo from todo_app; set role todo_app;"
    " alter view todo.own_tasks reset (security_invoker, security_barrier, check_option);"
    " grant select on todo.own_tasks to session_user"
)


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
        raise WallDown(f"the URL's role lacks a privilege ({error}); docs/database.md lists them", _GRANT) from error
    if revision != REVISION:
        raise WallDown(
            f"the database's schema is {revision or 'empty'} and this version needs {REVISION}: run `todo-server migrate`",
            "Run `todo-server migrate`.",
        )
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("select set_config('role', 'todo_app', true)")
        seen = await connection.fetchrow(_LOOK + STAMP)
    except asyncpg.InsufficientPrivilegeError as error:
        raise WallDown(
            f"the URL's role cannot enter the role todo_app ({error}); docs/database.md lists the privileges",
            _VIEW if "own_tasks" in str(error) else _GRANT,
        ) from error
    await transaction.rollback()
    assert seen is not None  # noqa: S101 - a select without from gives one row
    if not seen["entered"] or seen["pierces"]:
        raise WallDown(
            "todo_app or todo_accounts could pass by row-level security: neither may be superuser or BYPASSRLS",
            "In psql, as a superuser: "
            + "; ".join(f"alter role {role} nosuperuser nobypassrls" for role in ("todo_app", "todo_accounts")),
        )
    if seen["open_tables"]:
        tables = seen["open_tables"].split(", ")
        raise WallDown(
            f"row-level security is off on {seen['open_tables']}",
            f"{_IN_PSQL} "
            + "; ".join(
                f"alter table todo.{table} enable row level security, force row level security" for table in tables
            ),
        )
    if not seen["walled_view"]:
        raise WallDown(
            "the view own_tasks must belong to todo_app, whose row-level security it is read with",
            _VIEW,
        )
    if seen["visible"]:
        raise WallDown(
            "tasks can be seen without a person being named: row-level security does not hold",
            f"{_IN_PSQL} \\d todo.tasks shows its policies; for todo_app there is tasks_own alone: drop policy NAME on"
            " todo.tasks for any other",
        )
