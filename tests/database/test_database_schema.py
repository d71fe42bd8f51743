"""The schema: models, migrations, live database and the rules say the same."""

import asyncio
import re
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateSchema, CreateTable

from api.database.migrations import downgrade, migrate
from api.database.schema import REVISION, STAMP, ForeignTables
from api.database.url import Target
from api.models.database import Table
from tests.database.conftest import Cluster, Fresh, new_database
from todo.rules import DESCRIPTION_MAX, NUMBER_MAX, TITLE_MAX

ROLES = ["todo_accounts", "todo_app", "todo_backup", "todo_wall"]
CONFIG = Config(str(Path(__file__).parents[2] / "backend" / "alembic.ini"))

_COLUMNS = """
select c.table_name, c.column_name, c.data_type, c.is_nullable, c.column_default, c.is_identity
from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
where c.table_schema = 'todo' and c.table_name <> 'alembic_version' and t.table_type = 'BASE TABLE' order by 1, 2"""
_CONSTRAINTS = """
select c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) from pg_constraint c
where c.connamespace = 'todo'::regnamespace and c.contype <> 'n' and c.conrelid::regclass::text !~ 'alembic' order by 1, 2"""
_INDEXES = """
select indexname, indexdef from pg_indexes where schemaname = 'todo' and tablename <> 'alembic_version' order by 1"""
_OPTIONS = """
select relname, reloptions from pg_class where relnamespace = 'todo'::regnamespace and relkind = 'r'
and relname <> 'alembic_version' order by 1"""
_RULES = """
select tablename, policyname, roles::text, cmd, qual, with_check from pg_policies where schemaname = 'todo'
union all select proname, pg_get_userbyid(proowner), proacl::text, prosrc, proconfig::text, prosecdef::text
    from pg_proc where pronamespace = 'todo'::regnamespace
union all select relname, relrowsecurity::text, relforcerowsecurity::text, relacl::text, relkind::text, null
    from pg_class where relnamespace = 'todo'::regnamespace and relname !~ '^alembic_version'
order by 1, 2"""


async def _described(session: Any, *questions: str) -> list[list[tuple[Any, ...]]]:
    return [[tuple(row) for row in await session.fetch(question)] for question in questions]


async def _roles(cluster: Cluster) -> list[str]:
    async with cluster.session("postgres") as session:
        return [
            row[0] for row in await session.fetch("select rolname from pg_roles where rolname ~ '^todo_' order by 1")
        ]


def _checked(target: Target) -> None:
    """Raises where models and database differ."""
    config = Config(CONFIG.config_file_name)
    config.attributes["target"] = target
    command.check(config)


def test_alembic_finds_nothing_to_do(fresh: Fresh) -> None:
    _checked(fresh.target)


def test_the_revision_is_the_newest() -> None:
    assert ScriptDirectory.from_config(CONFIG).get_heads() == [REVISION]
    assert REVISION in STAMP


def test_models_equal_the_live_database(fresh: Fresh, make_empty: Callable[[], Target]) -> None:
    """Check constraints and whole index definitions included, which `alembic check` does not compare."""

    async def compare() -> None:
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        modelled = Fresh(fresh.cluster, make_empty_now)
        async with fresh.session() as migrated, modelled.session() as session:
            await session.execute(str(CreateSchema("todo").compile(dialect=dialect)))
            for table in Table.metadata.sorted_tables:
                await session.execute(str(CreateTable(table).compile(dialect=dialect)))
                for index in sorted(table.indexes, key=lambda index: str(index.name)):
                    await session.execute(str(CreateIndex(index).compile(dialect=dialect)))
            questions = (_COLUMNS, _CONSTRAINTS, _INDEXES, _OPTIONS)
            live, said = await _described(migrated, *questions), await _described(session, *questions)
            for found, wanted in zip(live, said, strict=True):
                assert found == wanted
                assert len(found) > 5

    make_empty_now = make_empty()
    asyncio.run(compare())


def test_down_and_up_again(make_empty: Callable[[], Target], cluster: Cluster) -> None:
    target = make_empty()
    questions = (_COLUMNS, _CONSTRAINTS, _INDEXES, _OPTIONS, _RULES)
    fresh = Fresh(cluster, target)

    async def described() -> list[list[tuple[Any, ...]]]:
        async with fresh.session() as session:
            return await _described(session, *questions)

    migrate(target)
    first = asyncio.run(described())
    downgrade(target, "base")
    assert not any(asyncio.run(described()))
    migrate(target)
    assert asyncio.run(described()) == first
    migrate(target)
    assert asyncio.run(described()) == first
    downgrade(target, "base")
    migrate(target)
    _checked(target)


def test_a_downgrade_leaves_roles_that_another_database_uses(
    cluster: Cluster, fresh: Fresh, make_empty: Callable[[], Target]
) -> None:
    other = make_empty()
    migrate(other)
    downgrade(other, "base")
    assert asyncio.run(_roles(cluster)) == ROLES

    async def still_works() -> None:
        person = await fresh.add_person()
        await fresh.add_task(person)
        async with fresh.session("todo_app", person) as session:
            assert await session.fetchval("select count(*) from todo.tasks") == 1

    asyncio.run(still_works())
    migrate(other)


def test_a_downgrade_takes_roles_that_nobody_uses(tmp_path: Path) -> None:
    from api.database.embedded import running
    from tests.database.conftest import cluster_of

    with running(tmp_path / "data") as postgres:
        alone = cluster_of(postgres)
        migrate(alone.owner)
        assert asyncio.run(_roles(alone)) == ROLES
        downgrade(alone.owner, "base")
        assert asyncio.run(_roles(alone)) == []
        migrate(alone.owner)
        assert asyncio.run(_roles(alone)) == ROLES


def test_other_peoples_tables_are_refused_unless_adopted(cluster: Cluster) -> None:
    async def with_table() -> Target:
        target = await new_database(cluster)
        async with cluster.session(target.database) as session:
            await session.execute(
                "create schema shop; create table shop.orders (id int); insert into shop.orders values (7)"
            )
        return target

    target = asyncio.run(with_table())
    with pytest.raises(ForeignTables, match=r"shop\.orders.*--adopt"):
        migrate(target)

    async def state() -> tuple[bool, int]:
        async with cluster.session(target.database) as session:
            made = await session.fetchval("select to_regnamespace('todo') is not null")
            return made, await session.fetchval("select id from shop.orders")

    assert asyncio.run(state()) == (False, 7)
    migrate(target, adopt=True)
    assert asyncio.run(state()) == (True, 7)
    migrate(target)
    _checked(target)


def test_numbers_and_white_space_are_those_of_the_rules(fresh: Fresh) -> None:
    white = [chr(code) for code in range(sys.maxunicode + 1) if not chr(code).strip()]
    assert len(white) > 20
    assert all(unicodedata.category(character) in {"Cc", "Zs", "Zl", "Zp"} for character in white)

    async def compare() -> None:
        async with fresh.session() as session:
            checks = dict(
                await session.fetch(
                    "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'todo.tasks'::regclass"
                )
            )
            assert f"{TITLE_MAX}" in checks["tasks_title_length"]
            assert f"<= {DESCRIPTION_MAX}" in checks["tasks_description_length"]
            assert f"{NUMBER_MAX}" in checks["tasks_number_range"]
            listed = re.search(r"btrim\(title, (E?'.*?')", checks["tasks_title_stripped"], re.DOTALL)
            assert listed
            stripped = await session.fetchval(f"select {listed[1]}")
            assert sorted(stripped) == white

    asyncio.run(compare())


def test_two_migrations_at_once(cluster: Cluster, make_empty: Callable[[], Target]) -> None:
    target = make_empty()

    async def both() -> None:
        await asyncio.gather(*(_migrated_elsewhere(target) for _ in range(3)))

    asyncio.run(both())
    _checked(target)


async def _migrated_elsewhere(target: Target) -> None:
    """In a process of its own: Alembic's context is one for a process."""
    code = (
        "import sys, json; from api.database.migrations import migrate; from api.database.url import Target;"
        "migrate(Target(*json.loads(sys.stdin.read())))"
    )
    import json
    from dataclasses import astuple

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate(json.dumps(astuple(target)).encode())
    assert process.returncode == 0, said.decode()
