"""One PostgreSQL for these tests, and a new database in it, made by the migrations, for each that asks."""

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database.embedded import Postgres, running
from api.database.migrations import migrate
from api.database.session import Database
from api.database.url import Target, parse_url

_NUMBERS = itertools.count()


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL: its owner role's way in, and its superuser's."""

    owner: Target
    superuser: Target

    @asynccontextmanager
    async def session(self, database: str = "todo") -> AsyncIterator[Any]:
        """A connection of the superuser's."""
        connection = await asyncpg.connect(**replace(self.superuser, database=database).arguments)
        try:
            yield connection
        finally:
            await connection.close()


@dataclass(frozen=True)
class Fresh:
    """A database of its own, migrated."""

    cluster: Cluster
    target: Target

    @asynccontextmanager
    async def session(self, role: str | None = None, person: UUID | None = None) -> AsyncIterator[Any]:
        """A connection of the owner's, inside a transaction as `role` for `person`; of the superuser without a role."""
        target = self.target if role else replace(self.cluster.superuser, database=self.target.database)
        connection = await asyncpg.connect(**target.arguments)
        try:
            if role:
                await connection.execute("begin")
                await connection.execute(
                    "select set_config('todo.user_id', $1, true), set_config('role', $2, true)",
                    str(person or ""),
                    role,
                )
            yield connection
        finally:
            await connection.close()

    async def add_person(self) -> UUID:
        """A new account."""
        person = uuid4()
        async with self.session() as session:
            await session.execute(
                "insert into todo.users (id, email, email_key) values ($1, $2, $2)", person, f"{person}@example.com"
            )
        return person

    async def add_task(self, person: UUID, number: int = 1, title: str = "Buy milk") -> UUID:
        """A new task of theirs."""
        task = uuid4()
        async with self.session() as session:
            await session.execute(
                "insert into todo.tasks (id, user_id, number, title, search_text) values ($1, $2, $3, $4, lower($4))",
                task,
                person,
                number,
                title,
            )
        return task

    async def terminate(self, where: str = "true") -> int:
        """Kills the backends of the pool's connections, those that `where` holds for; how many."""
        async with self.session() as connection:
            rows = await connection.fetch(
                "select pg_terminate_backend(pid, 2000) from pg_stat_activity"  # noqa: S608 - the tests' own words
                f" where datname = current_database() and pid <> pg_backend_pid() and application_name = 'todo' and {where}"
            )
            return len(rows)

    @asynccontextmanager
    async def opened(self, target: Target | None = None, **more: Any) -> AsyncIterator[Database]:
        """The pool that requests use."""
        database = Database(target or self.target, **more)
        try:
            yield database
        finally:
            await database.close()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("cluster") / "data") as postgres:
        yield cluster_of(postgres)


def cluster_of(postgres: Postgres) -> Cluster:
    return Cluster(parse_url(postgres.url), parse_url(postgres.superuser_url))


async def new_database(cluster: Cluster) -> Target:
    """An empty one."""
    name = f"todo_{next(_NUMBERS)}"
    async with cluster.session("postgres") as session:
        await session.execute(f"create database {name} owner todo")
    return replace(cluster.owner, database=name)


@pytest.fixture
def make_empty(cluster: Cluster) -> Callable[[], Target]:
    import asyncio

    return lambda: asyncio.run(new_database(cluster))


@pytest.fixture
def fresh(cluster: Cluster, make_empty: Callable[[], Target]) -> Fresh:
    target = make_empty()
    migrate(target)
    return Fresh(cluster, target)


@pytest.fixture(scope="module")
def shared(cluster: Cluster) -> Fresh:
    """One for the tests of a module that leave it as it is, or add to it only."""
    import asyncio

    target = asyncio.run(new_database(cluster))
    migrate(target)
    return Fresh(cluster, target)
