"""The wall between people, looked at from the database's side."""

# ruff: noqa: ISC004 - long statements in a list of statements

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import entry
from api.database.session import Database
from api.database.transaction import Transaction
from api.database.wall import WallDown, check_wall
from api.errors import DatabaseUnavailable, Unauthorized
from tests.database.conftest import Fresh

_TABLES = "select relname from pg_class where relnamespace = 'todo'::regnamespace and relkind in ('r', 'p') order by 1"
PERSONAL = {
    "users": "id",
    "sessions": "user_id",
    "access_tokens": "user_id",
    "tasks": "user_id",
    "idempotency_keys": "user_id",
    "imported_records": "user_id",
    "second_factors": "user_id",
    "recovery_codes": "user_id",
    "events": "user_id",
}
ADDED_ONLY = {"events"}
"""What a person may see and add to, and neither change nor delete."""


async def fill(fresh: Fresh, person: UUID) -> None:
    """A row of theirs in every table."""
    async with fresh.session() as session:
        made = uuid4()
        await session.execute(
            "insert into todo.sessions (id, user_id, expires_at) values ($1, $2, now() + interval '1 day')",
            made,
            person,
        )
        await session.execute("insert into todo.refresh_tokens (hash, session_id) values ($1, $2)", made.bytes, made)
        await session.execute(
            "insert into todo.access_tokens (id, user_id, hash, name) values ($1, $2, $3, 'script')",
            made,
            person,
            made.bytes,
        )
        await session.execute(
            "insert into todo.tasks (id, user_id, number, title, search_text) values ($1, $2, 1, 'Buy milk', 'buy milk')",
            made, person,
        )  # fmt: skip
        await session.execute(
            "insert into todo.tasks (id, user_id, number, title, search_text, deleted_at)"
            " values (gen_random_uuid(), $1, 2, 'Gone', 'gone', now())",
            person,
        )
        await session.execute(
            "insert into todo.idempotency_keys (user_id, key, request_hash, status, headers, body)"
            " values ($1, 'k', '', 201, '{}', '')",
            person,
        )
        await session.execute(
            "insert into todo.imported_records (user_id, record_hash, record, task_id) values ($1, $2, '{}', $3)",
            person, made.bytes, made,
        )  # fmt: skip
        await session.execute("insert into todo.second_factors (user_id, secret) values ($1, '')", person)
        await session.execute("insert into todo.recovery_codes (user_id, hash) values ($1, $2)", person, made.bytes)
        await session.execute(
            "insert into todo.events (id, user_id, kind, address, user_agent, request_id) values ($2, $1, 'x', '', '', '')",
            person, made,
        )  # fmt: skip


async def counts(fresh: Fresh) -> dict[str, int]:
    """Rows of each table, as the superuser sees them."""
    async with fresh.session() as session:
        tables = [row[0] for row in await session.fetch(_TABLES)]
        return {table: await session.fetchval(f"select count(*) from todo.{table}") for table in tables}  # noqa: S608


@pytest.fixture(scope="module")
def people(shared: Fresh) -> tuple[UUID, UUID]:
    async def made() -> tuple[UUID, UUID]:
        ada, grace = await shared.add_person(), await shared.add_person()
        await fill(shared, ada)
        await fill(shared, grace)
        return ada, grace

    return asyncio.run(made())


def test_without_a_person_nothing_is_seen(shared: Fresh, people: tuple[UUID, UUID]) -> None:
    async def look() -> None:
        for person in (None, uuid4()):
            async with shared.session("todo_app", person) as session:
                for table, owner in PERSONAL.items():
                    assert await session.fetchval(f"select count({owner}) from todo.{table}") == 0, table  # noqa: S608

    asyncio.run(look())


def test_one_sees_changes_and_deletes_ones_own_only(shared: Fresh, people: tuple[UUID, UUID]) -> None:
    ada, grace = people

    async def look() -> None:
        for table, owner in PERSONAL.items():
            async with shared.session("todo_app", ada) as session:
                found = await session.fetch(f"select distinct {owner} from todo.{table}")  # noqa: S608
                assert [row[0] for row in found] == [ada], table
                statements = [f"select 1 from todo.{table} where {owner} = $1"]  # noqa: S608
                if table not in ADDED_ONLY:
                    statements.append(f"delete from todo.{table} where {owner} = $1")  # noqa: S608
                for statement in statements:
                    status = await session.execute(statement, grace)
                    assert status.endswith(" 0"), (table, status)

    asyncio.run(look())


def test_updates_reach_nobody_else(shared: Fresh, people: tuple[UUID, UUID]) -> None:
    ada, grace = people
    updates = {
        "users": "name = 'x'",
        "sessions": "ended_at = now()",
        "access_tokens": "last_used_at = now()",
        "tasks": "title = 'x'",
        "idempotency_keys": "body = 'x'",
        "imported_records": "record = 'x'",
        "second_factors": "confirmed_at = now()",
    }
    assert set(updates) == set(PERSONAL) - ADDED_ONLY - {"recovery_codes"}

    async def change() -> None:
        async with shared.session("todo_app", ada) as session:
            for table, change in updates.items():
                where = f"update todo.{table} set {change} where {PERSONAL[table]} = $1"  # noqa: S608
                assert await session.execute(where, grace) == "UPDATE 0", table

    asyncio.run(change())


@pytest.mark.parametrize(
    "statement",
    [
        "insert into todo.tasks (id, user_id, number, title, search_text) values (gen_random_uuid(), '{grace}', 9, 'x', 'x')",
        "insert into todo.access_tokens (id, user_id, hash, name) values (gen_random_uuid(), '{grace}', '\\x00', 'x')",
        "insert into todo.idempotency_keys (user_id, key, request_hash, status, headers, body)"
        " values ('{grace}', 'mine', '', 201, '', '')",
        "insert into todo.imported_records (user_id, record_hash, record, task_id)"
        " values ('{grace}', '\\x00', '', gen_random_uuid())",
        "insert into todo.second_factors (user_id, secret) values ('{grace}', '')",
        "insert into todo.recovery_codes (user_id, hash) values ('{grace}', '\\x00')",
        "insert into todo.events (id, user_id, kind, address, user_agent, request_id)"
        " values (gen_random_uuid(), '{grace}', 'x', '', '', '')",
        "select secret from todo.second_factors",
        "select last_step from todo.second_factors",
        "select hash from todo.recovery_codes",
        "update todo.second_factors set secret = ''",
        "update todo.second_factors set user_id = '{grace}'",
        "update todo.recovery_codes set user_id = '{grace}'",
        "update todo.events set kind = 'y'",
        "delete from todo.events",
        "select todo.trim_events()",
        "update todo.tasks set user_id = '{grace}' where number = 1",
        "update todo.idempotency_keys set user_id = '{grace}', key = 'mine'",
        "update todo.imported_records set user_id = '{grace}'",
        "update todo.access_tokens set user_id = '{grace}'",
        "update todo.sessions set user_id = '{grace}'",
        "update todo.users set id = '{grace}'",
        "update todo.users set active = false",
        "insert into todo.users (id, email, email_key) values (gen_random_uuid(), 'x', 'x')",
        "insert into todo.sessions (id, user_id, expires_at) values (gen_random_uuid(), '{ada}', now())",
        "select * from todo.refresh_tokens",
        "select * from todo.attempts",
        "select * from todo.alembic_version",
        "truncate todo.tasks",
        "alter table todo.tasks disable row level security",
        "drop policy tasks_own on todo.tasks",
        "select todo.tidy()",
        "select todo.enter('{grace}', null, null)",
        "select todo.enter_accounts()",
        "create table todo.mine (n int)",
    ],
)
def test_what_a_person_may_not_do(shared: Fresh, people: tuple[UUID, UUID], statement: str) -> None:
    ada, grace = people

    async def attempt() -> None:
        async with shared.session("todo_app", ada) as session:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await session.execute(statement.replace("{grace}", str(grace)).replace("{ada}", str(ada)))

    asyncio.run(attempt())


def test_signing_in_sees_no_task(shared: Fresh, people: tuple[UUID, UUID]) -> None:
    async def look() -> None:
        for table in ("tasks", "idempotency_keys", "imported_records", "alembic_version"):
            for statement in ("select * from", "delete from"):
                async with shared.session("todo_accounts") as session:
                    with pytest.raises(asyncpg.InsufficientPrivilegeError):
                        await session.execute(f"{statement} todo.{table}")
        for statement in ("select id from todo.events", "delete from todo.events", "update todo.events set kind = 'y'"):
            async with shared.session("todo_accounts") as session:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await session.execute(statement)
        async with shared.session("todo_accounts") as session:
            assert await session.fetchval("select count(*) from todo.users") >= 2

    asyncio.run(look())


def test_the_owner_of_the_tables_is_bound_too(shared: Fresh, people: tuple[UUID, UUID]) -> None:
    async def look() -> None:
        connection = await asyncpg.connect(**shared.target.arguments)
        try:
            for table in PERSONAL:
                assert await connection.fetchval(f"select count(*) from todo.{table}") == 0, table  # noqa: S608
        finally:
            await connection.close()

    asyncio.run(look())


def test_every_personal_table_is_behind_the_wall(shared: Fresh) -> None:
    async def look() -> None:
        async with shared.session() as session:
            rows = await session.fetch(
                """
                select c.relname, c.relrowsecurity and c.relforcerowsecurity as forced from pg_class c
                where c.relnamespace = 'todo'::regnamespace and c.relkind in ('r', 'p') and (
                    c.relname = 'users'
                    or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id')
                )"""
            )
            assert {row["relname"]: row["forced"] for row in rows} == dict.fromkeys(PERSONAL, True)
            checked = await session.fetchval("select prosrc from pg_proc where proname = 'enter_as'")
            for table in PERSONAL:
                assert f"row_security_active('todo.{table}'::regclass)" in checked
            views = await session.fetch(
                "select relname, pg_get_userbyid(relowner), reloptions from pg_class"
                " where relnamespace = 'todo'::regnamespace and relkind in ('v', 'm')"
            )
            assert [tuple(view) for view in views] == [("own_tasks", "todo_app", None)]

    asyncio.run(look())


def test_functions_with_the_rights_of_their_owner(shared: Fresh) -> None:
    async def look() -> None:
        async with shared.session() as session:
            rows = await session.fetch(
                """
                select p.proname, p.prosecdef, p.proconfig, pg_get_userbyid(p.proowner) as owner,
                    has_function_privilege('public', p.oid, 'execute') as everybody
                from pg_proc p where p.pronamespace = 'todo'::regnamespace"""
            )
            assert len(rows) > 5
            assert not any(row["everybody"] for row in rows)
            definers = [row for row in rows if row["prosecdef"]]
            assert {row["proname"] for row in definers} == {"task_exists", "tidy", "trim_events"}
            for row in definers:
                assert row["proconfig"] == ["search_path=pg_catalog, pg_temp"]
                assert row["owner"] == "todo_wall"
            for role in ("todo_app", "todo_accounts", "todo_wall"):
                flags = await session.fetchrow(
                    "select rolsuper, rolbypassrls, rolcanlogin, rolinherit, rolcreaterole from pg_roles where rolname = $1",
                    role,
                )
                assert tuple(flags) == (False,) * 5
            for role in ("todo_app", "todo_accounts"):
                assert not await session.fetchval("select pg_has_role($1, 'todo_wall', 'member')", role)

    asyncio.run(look())


def test_todo_wall_reads_no_text(shared: Fresh, people: tuple[UUID, UUID]) -> None:
    async def look() -> None:
        for table, columns in {
            "tasks": ("title", "description", "search_text", "user_id"),
            "events": ("address", "user_agent", "request_id", "detail"),
            "second_factors": ("secret",),
        }.items():
            for column in columns:
                async with shared.session() as session:
                    await session.execute("set role todo_wall")
                    with pytest.raises(asyncpg.InsufficientPrivilegeError):
                        await session.execute(f"select {column} from todo.{table}")  # noqa: S608

    asyncio.run(look())


def test_deleting_a_person_takes_all_of_theirs_and_nothing_else(fresh: Fresh) -> None:
    async def delete() -> None:
        ada, grace = await fresh.add_person(), await fresh.add_person()
        await fill(fresh, grace)
        alone = await counts(fresh)
        await fill(fresh, ada)
        both = await counts(fresh)
        grown = {table for table in both if both[table] > alone[table]} | {"users"}
        assert grown == set(both) - {"alembic_version", "attempts", "recoveries"}
        async with fresh.opened() as database:

            async def go(transaction: Transaction) -> int:
                return await transaction.execute("delete from todo.users where id = $1", ada)

            assert await database.transact(entry.as_user(ada), go) == 1
        assert await counts(fresh) == {**alone, "users": alone["users"] - 1}

    asyncio.run(delete())


async def titles(database: Database, person: UUID) -> list[str]:
    async def work(transaction: Transaction) -> list[str]:
        return [row[0] for row in await transaction.fetch("select title from todo.tasks")]

    return await database.transact(entry.as_user(person), work)


BREAKS = {
    "row security off": ("alter table todo.tasks disable row level security", "tasks"),
    "row security off on another table": (
        "alter table todo.imported_records disable row level security", "imported_records",
    ),
    "no longer forced": ("alter table todo.access_tokens no force row level security", "access_tokens"),
    "a new table without it": ("create table todo.notes (user_id uuid)", "notes"),
    "a policy for all": ("create policy open on todo.tasks to todo_app using (true)", "can be seen"),
    "a view of somebody else's": ("alter view todo.own_tasks owner to postgres", "own_tasks"),
    "a view with its reader's rights": ("alter view todo.own_tasks set (security_invoker)", "own_tasks"),
    "another revision": ("update todo.alembic_version set version_num = '9999'", "9999"),
    "no revision": ("drop table todo.alembic_version", "empty"),
    "role cannot be entered": ("revoke todo_app from todo granted by todo", "cannot enter"),
    "schema cannot be entered": ("revoke usage on schema todo from todo; alter schema todo owner to postgres", "lacks"),
}  # fmt: skip


@pytest.fixture
def break_wall(fresh: Fresh) -> Any:
    """Runs a statement of the superuser's; what it did to the cluster's roles is put right afterwards."""

    async def go(statement: str) -> None:
        async with fresh.session() as session:
            await session.execute(statement)

    yield go
    asyncio.run(
        go("alter role todo_app nobypassrls; alter role todo_accounts nobypassrls;"
           " grant todo_app to todo with inherit false, set true granted by todo")
    )  # fmt: skip


@pytest.mark.parametrize("kind", BREAKS)
def test_a_wall_that_is_down_is_noticed_by_the_next_connection(
    fresh: Fresh, kind: str, break_wall: Callable[[str], Coroutine[Any, Any, None]]
) -> None:
    statement, complaint = BREAKS[kind]

    async def look() -> None:
        ada, grace = await fresh.add_person(), await fresh.add_person()
        await fresh.add_task(grace, title="Hers")
        async with fresh.opened() as database:
            assert await titles(database, ada) == []
            await break_wall(statement)
            async with fresh.session() as session:
                await session.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
            with pytest.raises(DatabaseUnavailable) as refusal:
                await titles(database, ada)
            assert isinstance(refusal.value.__cause__, WallDown)
            assert complaint in str(refusal.value.__cause__)
            assert not await database.well(within=0)

    asyncio.run(look())


@pytest.mark.parametrize(
    "statement",
    [
        "alter table todo.tasks disable row level security",
        "alter table todo.sessions disable row level security",
        "alter role todo_app bypassrls",
        "alter role todo_accounts bypassrls",
    ],
)
def test_a_wall_that_is_down_is_noticed_on_connections_that_are_open(
    fresh: Fresh, statement: str, break_wall: Callable[[str], Coroutine[Any, Any, None]]
) -> None:
    async def look() -> None:
        ada, grace = await fresh.add_person(), await fresh.add_person()
        await fresh.add_task(grace, title="Hers")
        who = entry.ACCOUNTS if "accounts" in statement else entry.as_user(ada)

        async def work(transaction: Transaction) -> None:
            await transaction.fetch("select 1")

        async with fresh.opened() as database:
            await database.transact(who, work)
            await break_wall(statement)
            with pytest.raises(DatabaseUnavailable):
                await database.transact(who, work)

    asyncio.run(look())


def test_a_superusers_url_works_and_the_wall_still_holds(fresh: Fresh) -> None:
    superuser = replace(fresh.cluster.superuser, database=fresh.target.database)

    async def look() -> None:
        ada, grace = await fresh.add_person(), await fresh.add_person()
        await fresh.add_task(grace, title="Hers")
        async with fresh.opened(superuser) as database:
            assert await titles(database, ada) == []
            assert await titles(database, grace) == ["Hers"]

            async def take(transaction: Transaction) -> None:
                await transaction.execute(
                    "insert into todo.tasks (id, user_id, number, title, search_text) values ($1, $2, 5, 'x', 'x')",
                    uuid4(),
                    grace,
                )

            with pytest.raises(DatabaseUnavailable) as refusal:
                await database.transact(entry.as_user(ada), take)
            assert isinstance(refusal.value.__cause__, asyncpg.InsufficientPrivilegeError)
            with pytest.raises(Unauthorized):
                await titles(database, uuid4())

    asyncio.run(look())


def test_a_wall_that_stands(fresh: Fresh) -> None:
    async def look() -> None:
        connection = await asyncpg.connect(**fresh.target.arguments)
        try:
            await check_wall(connection)
            assert await connection.fetchval("select current_user") == "todo"
        finally:
            await connection.close()

    asyncio.run(look())
