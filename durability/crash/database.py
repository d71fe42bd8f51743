"""Behind the server's back: settings, counts, and whether tables, indexes and pages are sound."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from api.database.embedded import binaries
from api.database.embedded.account import account_for
from api.database.embedded.place import Place
from api.database.url import parse_url
from durability.crash.check import Violation
from durability.crash.ledger import Ledger
from durability.crash.site import Site

_LONGEST = 40.0
"""Seconds until it answers and nothing runs: more than a request may take."""
_PAUSE = 0.05
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
_RUNNING = "select count(*) from pg_stat_activity where application_name = 'todo' and state <> 'idle'"
_COUNTS = """
select user_id::text, count(*) filter (where deleted_at is null) as present, count(deleted_at) as deleted
from todo.tasks group by user_id"""
_DOUBLES = """
select count(*) from (
    select from todo.tasks where deleted_at is null group by user_id, number having count(*) > 1
) as doubles"""


async def about(site: Site) -> str:
    """Its version. Raises `SystemExit` where it would not even try to be durable."""
    async with _connected(site) as connection:
        for name in _DURABLE:
            if await connection.fetchval("select current_setting($1)", name) != "on":
                raise SystemExit(f"{name} is not on: there is nothing to test.")
        return str(await connection.fetchval("show server_version"))


async def quiet(site: Site) -> None:
    """Waits until nothing of the application runs: what was sent to it has happened or never will."""
    deadline = time.monotonic() + _LONGEST
    while True:
        try:
            async with _connected(site) as connection:
                if await connection.fetchval(_RUNNING) == 0:
                    return
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            if time.monotonic() > deadline:
                raise
        if time.monotonic() > deadline:
            raise TimeoutError(f"something still runs in the database after {_LONGEST:.0f} s")
        await asyncio.sleep(_PAUSE)


async def inspect(site: Site, ledgers: dict[str, Ledger]) -> list[Violation]:
    """Rows as the ledgers count them, no number twice, no checksum failed, and what amcheck says."""
    found = []
    async with _connected(site) as connection:
        rows = {row["user_id"]: (row["present"], row["deleted"]) for row in await connection.fetch(_COUNTS)}
        doubles = await connection.fetchval(_DOUBLES)
        failures = await connection.fetchval("select sum(checksum_failures) from pg_stat_database")
    for user_id, ledger in ledgers.items():
        deleted = sum(state.deleted for state in ledger.tasks.values())
        due = len(ledger.tasks) - deleted, deleted
        if rows.pop(user_id, (0, 0)) != due:
            found.append(Violation("wrong", f"the table has other numbers of tasks of {user_id} than {due}"))
    if rows:
        found.append(Violation("wrong", f"tasks of people nobody knows: {rows}"))
    if doubles:
        found.append(Violation("doubled", f"{doubles} numbers are there twice in the table"))
    if failures:
        found.append(Violation("wrong", f"{failures} checksums failed"))
    return found + await asyncio.to_thread(_amcheck, site)


def check_pages(place: Place) -> list[Violation]:
    """The checksum of every page, of a cluster that has been stopped."""
    return _said(*account_for(place).prefix, _program("pg_checksums"), "--check", "-D", str(place.cluster))


def _amcheck(site: Site) -> list[Violation]:
    url = parse_url(site.superuser_url).arguments
    return _said(
        *(_program("pg_amcheck"), "--install-missing", "--heapallindexed", "--rootdescend", "--no-password"),
        *("--host", str(site.place.socket), "--username", "postgres", "--database", "todo"),
        PGPASSWORD=str(url["password"]),
    )


def _said(*command: str, **variables: str) -> list[Violation]:
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    return [Violation("wrong", f"{command[-1]}: {(done.stdout + done.stderr).strip()}")]


def _program(name: str) -> str:
    return str(binaries.directory() / name)


@asynccontextmanager
async def _connected(site: Site) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(**parse_url(site.superuser_url).arguments, timeout=5)
    try:
        yield connection
    finally:
        await connection.close(timeout=5)
