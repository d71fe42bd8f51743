"""PostgreSQL over TLS, with a private certificate authority."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.database.embedded import Postgres
from api.database.url import parse_url
from tests.conftest import serving
from tests.links.debian import PROGRAMS, postgres_15
from tests.links.modes import JWT_SECRET, new_database
from tests.server.processes import add, command, refusal, signed_up, tasks


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def postgres(folder: Path) -> Iterator[Postgres]:
    if not PROGRAMS.exists():
        say = pytest.fail if os.environ.get("TODO_CI") else pytest.skip
        say("PostgreSQL 15 is missing: apt-get install postgresql-15.")
    with postgres_15(folder) as running:
        yield running


def links(postgres: Postgres) -> set[bool]:
    """Whether the server's connections are encrypted."""

    async def ask() -> set[bool]:
        connection = await asyncpg.connect(**parse_url(postgres.superuser_url).arguments)
        rows = await connection.fetch(
            "select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'todo'"
        )
        await connection.close()
        return {row["ssl"] for row in rows}

    return asyncio.run(ask())


@pytest.mark.parametrize("sslmode", ["prefer", "require", "verify-ca", "verify-full"])
def test_it_serves_over_tls(postgres: Postgres, folder: Path, tmp_path: Path, sslmode: str) -> None:
    url = new_database(postgres).url.replace("sslmode=require", f"sslmode={sslmode}&channel_binding=require")
    variables = {"DATABASE_URL": url, "JWT_SECRET": JWT_SECRET}
    if sslmode.startswith("verify"):
        variables["SSL_CERT_FILE"] = str(folder / "ca.pem")
    with serving(tmp_path / "data", TODO_RATE_LIMIT="off", **variables) as server, signed_up(server) as ada:
        task = add(ada, "Grüße 🎉 שלום")
        assert tasks(ada) == [task]
        assert links(postgres) == {True}


def test_what_is_not_trusted_is_refused(postgres: Postgres, folder: Path, tmp_path: Path) -> None:
    database = new_database(postgres).url
    trusting: dict[str, Any] = {"SSL_CERT_FILE": str(folder / "ca.pem")}
    full, authority, none = (
        database.replace("sslmode=require", f"sslmode={mode}") for mode in ("verify-full", "verify-ca", "disable")
    )
    for url, variables in (
        (full, {}),
        (authority, {}),
        (full.replace("127.0.0.1", "localhost"), trusting),
        (none, trusting),
    ):
        said = refusal("migrate", cwd=tmp_path, DATABASE_URL=url, JWT_SECRET=JWT_SECRET, **variables)
        assert (parse_url(url).password or "?") not in said
    url = authority.replace("127.0.0.1", "localhost")
    assert command("migrate", cwd=tmp_path, DATABASE_URL=url, JWT_SECRET=JWT_SECRET, **trusting)[0] == 0
