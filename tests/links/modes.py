"""The ways to a database, by the names that the variable `TODO_TEST_DATABASE` takes; without it: the PostgreSQL inside."""

import asyncio
import os
import re
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import asyncpg
import pytest

from api.database.embedded import Postgres, running
from api.database.embedded.account import account_for
from api.database.embedded.place import Place
from api.database.url import parse_url
from bench.pgbouncer import address, pgbouncer, version
from tests.links import debian
from tests.links.cutting import Cutter

JWT_SECRET = "a secret for these tests, long enough"
PREPARING = (1, 21)
"""The first PgBouncer that knows prepared statements."""
FEW = 4
"""Connections of PgBouncer to a database: fewer than a server's pool has, so that nobody keeps one."""


@dataclass(frozen=True)
class ServedDatabase:
    """A new database: what a server is told of it, and the straight ways to it."""

    variables: dict[str, str]
    direct: Postgres


Make = Callable[[], ServedDatabase | None]


@contextmanager
def opened(mode: str, folder: Path) -> Iterator[Make]:
    """What makes a new database for each server of this mode; None for the PostgreSQL inside."""
    if mode not in MODES:
        pytest.exit(f"TODO_TEST_DATABASE must be one of {', '.join(MODES)}", 2)
    with MODES[mode](folder) as make:
        yield make


@contextmanager
def embedded(_: Path) -> Iterator[Make]:
    yield lambda: None


@contextmanager
def tls(folder: Path) -> Iterator[Make]:
    if not debian.PROGRAMS.exists():
        _missing("PostgreSQL 15 is missing: apt-get install postgresql-15.")
    with debian.postgres_15(folder) as postgres:
        yield lambda: _served(new_database(postgres), "&channel_binding=require")


@contextmanager
def pooler(folder: Path) -> Iterator[Make]:
    with _pooled(folder) as make:
        yield lambda: make(TODO_PREPARED_STATEMENTS="off")


def pooler_prepares() -> bool:
    """Whether the PgBouncer here, if there is one, keeps prepared statements."""
    found = re.search(r"(\d+)\.(\d+)", version() or "")
    return found is not None and tuple(map(int, found.groups())) >= PREPARING


@contextmanager
def pooler_prepared(folder: Path) -> Iterator[Make]:
    if version() is not None and not pooler_prepares():
        pytest.skip(f"{version()} knows no prepared statements: name a newer one in PGBOUNCER.")
    with _pooled(folder, "max_prepared_statements = 100") as make:
        yield make


@contextmanager
def direct(folder: Path) -> Iterator[Make]:
    with running(folder / "behind", serving=True) as postgres:
        yield lambda: _served(new_database(postgres))


@contextmanager
def idle_cut(folder: Path) -> Iterator[Make]:
    with running(folder / "behind", serving=True) as postgres:
        cutter = Cutter(postgres.superuser_url)
        with cutter.at_work():
            yield lambda: _served(new_database(postgres))
        assert cutter.count, "no connection was ever idle"


MODES = {
    "embedded": embedded,
    "direct": direct,
    "tls": tls,
    "pooler": pooler,
    "pooler-prepared": pooler_prepared,
    "idle-cut": idle_cut,
}


@contextmanager
def _pooled(folder: Path, *settings: str) -> Iterator[Callable[..., ServedDatabase]]:
    if version() is None:
        _missing("PgBouncer is missing: apt-get install pgbouncer.")
    with running(folder / "behind", serving=True) as postgres:
        prefix, target = account_for(Place(folder / "behind")).prefix, parse_url(postgres.url)
        with pgbouncer(folder / "pooler", target, prefix, *settings, pool_size=FEW):

            def make(**variables: str) -> ServedDatabase:
                direct = new_database(postgres)
                behind = address(folder / "pooler", parse_url(direct.url))
                variables |= {"DATABASE_URL": behind, "NEON_DATABASE_URL_UNPOOLED": direct.url}
                return ServedDatabase(variables | {"JWT_SECRET": JWT_SECRET}, direct)

            yield make


def _served(direct: Postgres, more: str = "") -> ServedDatabase:
    return ServedDatabase({"DATABASE_URL": direct.url + more, "JWT_SECRET": JWT_SECRET}, direct)


def new_database(postgres: Postgres) -> Postgres:
    """An empty one, the owner's."""
    name = f"test_{secrets.token_hex(4)}"

    async def create() -> None:
        connection = await asyncpg.connect(**parse_url(postgres.superuser_url).arguments)
        await connection.execute(f"create database {name} owner todo")
        await connection.close()

    with ThreadPoolExecutor(1) as thread:  # a loop may run in this one: Playwright's
        thread.submit(asyncio.run, create()).result()
    return Postgres(
        *(urlsplit(url)._replace(path=f"/{name}").geturl() for url in (postgres.url, postgres.superuser_url))
    )


def _missing(sentence: str) -> NoReturn:
    say = pytest.fail if os.environ.get("TODO_CI") else pytest.skip
    say(sentence)
