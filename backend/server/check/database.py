"""What the database must be: there, encrypted where it is far, of this version, walled, with all of its indexes, on time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg

from api.database.dialler import CONNECT_SECONDS
from api.database.schema import REVISION, revision_of
from api.database.statistics import read_statistics
from api.database.url import Target
from api.database.wall import WallDown, check_wall
from server.check.finding import Finding, fail, ok, warn
from server.check.indexes import lacking
from server.check.reader import reader
from server.migrations import in_one_line, is_newer

OLDEST = 150_000
"""`server_version_num` of PostgreSQL 15."""
SKEW_WARN_SECONDS, SKEW_FAIL_SECONDS = 2.0, 30.0
_FULL_SHARE = 0.8
OLDER_PROGRAM = "Start the newer version that made it, or go back: docs/operations.md, Upgrade."


async def database(target: Target) -> AsyncIterator[Finding]:
    """One connection, nothing written."""
    try:
        connection = await asyncpg.connect(**target.arguments, timeout=CONNECT_SECONDS, statement_cache_size=0)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
        yield fail("database", f"{target} cannot be reached: {in_one_line(error)}.", _mend_of(error))
        return
    try:
        async for finding in _look(connection, target):
            yield finding
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        yield fail("database", f"{target} failed while it was looked at: {in_one_line(error)}.", "Run this again.")
    finally:
        connection.terminate()


async def _look(connection: asyncpg.Connection, target: Target) -> AsyncIterator[Finding]:
    number = int(await connection.fetchval("select current_setting('server_version_num')"))
    version = await connection.fetchval("select current_setting('server_version')")
    if number < OLDEST:
        yield fail("database", f"{target} is PostgreSQL {version}.", "PostgreSQL 15 is the oldest that will do.")
    else:
        yield ok("database", f"{target} answers: PostgreSQL {version}.")
    yield await _encryption(connection, target)
    yield await _clock(connection)
    try:
        revision = await revision_of(connection)
    except asyncpg.InsufficientPrivilegeError:
        yield fail("schema", "The URL's role may not read the schema.", "Grant what docs/database.md lists.")
        return
    if revision != REVISION:
        yield fail(
            "schema",
            f"The schema is {revision or 'empty'}; this version needs {REVISION}.",
            OLDER_PROGRAM if revision and is_newer(revision) else "Run `todo-server migrate`.",
        )
        return
    yield ok("schema", f"The schema is {REVISION}, as this version needs.")
    yield await _indexes(connection)
    yield await _connections(connection)
    yield await reader(connection)
    yield await _wall(connection)  # last: afterwards the connection is not to be used


async def _encryption(connection: asyncpg.Connection, target: Target) -> Finding:
    if target.local:
        return ok("encryption", "The database is on this machine.")
    if not await connection.fetchval("select ssl from pg_stat_ssl where pid = pg_backend_pid()"):
        return warn("encryption", "The way to the database is not encrypted.", "Add ?sslmode=verify-full to the URL.")
    if target.neon or target.sslmode in {"verify-ca", "verify-full"}:
        return ok("encryption", "The way to the database is encrypted, and its certificate verified.")
    return warn("encryption", "The database's certificate is not verified.", "Say sslmode=verify-full in the URL.")


async def _clock(connection: asyncpg.Connection) -> Finding:
    before = datetime.now(UTC)
    there = await connection.fetchval("select clock_timestamp()")
    after = datetime.now(UTC)
    off = max(0.0, (there - after).total_seconds(), (before - there).total_seconds())
    says = (
        f"The clocks of the database and this machine differ by {off:.1f} s at least." if off else "The clocks agree."
    )
    mend = "Let both follow a time server (timedatectl set-ntp true)."
    if off > SKEW_FAIL_SECONDS:
        return fail("clock", says, mend)
    return warn("clock", says, mend) if off > SKEW_WARN_SECONDS else ok("clock", says)


async def _indexes(connection: asyncpg.Connection) -> Finding:
    number, missing, broken = await lacking(connection)
    if missing or broken:
        says = [f"{what}: {', '.join(them)}." for what, them in (("Missing", missing), ("Not valid", broken)) if them]
        return fail(
            "indexes", " ".join(says), "Run `todo-server migrate`: it makes them again, beside a running server."
        )
    return ok("indexes", f"All {number} are there and valid.")


async def _connections(connection: asyncpg.Connection) -> Finding:
    found = await read_statistics(connection)
    used, most = sum(found.connections.values()), found.database.get("connections_max") or 0
    if found.archiver.get("failing"):
        return warn("archiving", "PostgreSQL cannot archive its log.", "Its own log says why; see docs/monitoring.md.")
    if most and used > _FULL_SHARE * most:
        return warn("connections", f"{used} of {most} are taken.", "Lower TODO_POOL_SIZE, or put a pooler between.")
    return ok("connections", f"{used} of {most} are taken.")


async def _wall(connection: asyncpg.Connection) -> Finding:
    try:
        await check_wall(connection)
    except WallDown as error:
        return fail("wall", f"People are not kept apart: {error}. Nothing is served until this is mended.", error.mend)
    return ok("wall", "Row-level security keeps people apart, also for the URL's role.")


def _mend_of(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None)
    if state in {"28P01", "28000"}:
        return "Correct the user or the password of the URL."
    if state == "3D000":
        return "Make the database, or correct its name in the URL."
    return (
        "Start it, and see that its address, port and firewall let this machine in; the server answers 503 until then."
    )
