"""Migrating, with the failures of a database that cannot be reached told in a sentence."""

import asyncio

import asyncpg

from api.database.dialler import CONNECT_SECONDS
from api.database.faults import Fault, fault_of
from api.database.schema import REVISION, revision_of
from api.database.url import Target


class Unreachable(ConnectionError):
    """The database does not answer; `str(error)` says which, and why."""


def bring_up_to_date(target: Target, *, adopt: bool) -> None:
    """Runs the missing migrations. Raises `Unreachable` where it may go better later, else what cannot be mended by waiting."""
    try:
        if asyncio.run(_is_up_to_date(target)):
            return
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        _explain(target, error)
        raise
    _migrate(target, adopt=adopt)


async def _is_up_to_date(target: Target) -> bool:
    connection = await asyncpg.connect(**target.arguments, timeout=CONNECT_SECONDS, statement_cache_size=0)
    try:
        return await revision_of(connection) == REVISION
    finally:
        await connection.close(timeout=CONNECT_SECONDS)


def _migrate(target: Target, *, adopt: bool) -> None:
    # Here, so that a start that finds everything up to date does not wait for Alembic and SQLAlchemy.
    from sqlalchemy.exc import DBAPIError

    from api.database.migrations import migrate

    try:
        migrate(target, adopt=adopt)
    except DBAPIError as error:
        cause = error.orig or error
        _explain(target, cause.__cause__ or cause)
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        _explain(target, error)
        raise


def in_one_line(error: BaseException) -> str:
    """What went wrong; of the database's errors only the first line, for the others may quote a row."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _explain(target: Target, error: BaseException) -> None:
    state = getattr(error, "sqlstate", None)
    if state in {"28P01", "28000"}:
        raise PermissionError(f"{target} refuses the user or password of the URL") from error
    if state == "42501":
        raise PermissionError(
            f"{target}: the URL's role lacks a privilege ({in_one_line(error)}); docs/database.md lists them"
        ) from error
    if fault_of(error) is Fault.GONE or state == "3D000":
        raise Unreachable(f"{target} cannot be reached: {in_one_line(error)}") from error
