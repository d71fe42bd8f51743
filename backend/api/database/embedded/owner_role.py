"""Connecting to the cluster, and the role and the database that the application finds in it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import asyncpg

from api.database.embedded.errors import EmbeddedError
from api.database.embedded.place import Place
from api.utils import secret_file

_NAME = "todo"
_SUPERUSER = "postgres"
_LONGEST_TRY = 5.0
"""Seconds for one connection."""

_NOT_THERE_YET = (
    OSError,  # no socket, nobody behind it, or no answer in time
    asyncpg.CannotConnectNowError,  # recovering, or stopping
    asyncpg.TooManyConnectionsError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
_NOT_MADE_YET = (
    asyncpg.InvalidPasswordError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL that answers: `url` for the application, which owns the database, `superuser_url` for backups."""

    url: str = field(repr=False)
    superuser_url: str = field(repr=False)


def addresses(place: Place) -> Postgres:
    """The URLs of the cluster's database, passwords included. Raises `SecretFileError`."""
    host = quote(str(place.socket), safe="")
    owner, superuser = _password(place, _NAME), _password(place, _SUPERUSER)
    return Postgres(
        url=f"postgresql://{_NAME}:{quote(owner, safe='')}@/{_NAME}?host={host}",
        superuser_url=f"postgresql://{_SUPERUSER}:{quote(superuser, safe='')}@/{_NAME}?host={host}",
    )


def answers(place: Place) -> bool:
    """Whether the application can connect now."""
    return asyncio.run(_answers(place))


def make_ready(place: Place) -> bool:
    """Whether the application can connect now; its role, database and extension are made where they are missing.

    Raises `EmbeddedError` where the cluster does not know the superuser's password, or refuses something else.
    """
    try:
        return asyncio.run(_make_ready(place))
    except asyncpg.PostgresError as error:
        raise EmbeddedError(f"PostgreSQL in {place.cluster} could not be set up: {error}") from error


async def _answers(place: Place) -> bool:
    try:
        connection = await _connect(place, _NAME, _NAME)
    except (*_NOT_THERE_YET, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def _make_ready(place: Place) -> bool:
    try:
        try:
            connection = await _connect(place, _NAME, _NAME)
        except _NOT_MADE_YET:
            await _make_role_and_database(place)
            return True
        try:
            complete = await connection.fetchval(
                "select exists (select from pg_extension where extname = 'pg_stat_statements')"
            )
        finally:
            await connection.close()
        if not complete:
            await _make_role_and_database(place)
    except _NOT_THERE_YET:
        return False
    return True


async def _make_role_and_database(place: Place) -> None:
    connection = await _connect_as_superuser(place, _SUPERUSER)
    try:
        # The statement below holds a password, and pg_stat_statements would keep its text.
        await connection.execute("set pg_stat_statements.track_utility = off")
        known = await connection.fetchval("select exists (select from pg_roles where rolname = $1)", _NAME)
        verb = "alter" if known else "create"
        rights = "login createrole nosuperuser nocreatedb noreplication nobypassrls"
        # A utility statement takes no parameters; the password is made of letters, digits, - and _.
        statement = f"{verb} role {_NAME} {rights} password '{_password(place, _NAME)}'"
        await connection.execute(statement)
        await connection.execute(f"grant pg_read_all_stats to {_NAME}")
        if not await connection.fetchval("select exists (select from pg_database where datname = $1)", _NAME):
            await connection.execute(f"create database {_NAME} owner {_NAME}")
    finally:
        await connection.close()
    connection = await _connect_as_superuser(place, _NAME)
    try:
        await connection.execute("create extension if not exists pg_stat_statements")
    finally:
        await connection.close()


async def _connect_as_superuser(place: Place, database: str) -> Any:
    try:
        return await _connect(place, _SUPERUSER, database)
    except asyncpg.InvalidPasswordError as error:
        raise EmbeddedError(
            f"The password in {place.superuser_password} is not the one of the database in {place.cluster}: "
            "put the file that belongs to it back from a backup."
        ) from error


async def _connect(place: Place, user: str, database: str) -> Any:
    return await asyncpg.connect(
        host=str(place.socket),
        port=5432,
        user=user,
        password=_password(place, user),
        database=database,
        ssl=False,
        timeout=_LONGEST_TRY,
        command_timeout=60,
        server_settings={"application_name": "todo-server start"},
    )


def _password(place: Place, user: str) -> str:
    return secret_file.read_or_make(place.owner_password if user == _NAME else place.superuser_password)
