"""Migrating, with the failures of a database that cannot be reached told in a sentence."""

import asyncio

import asyncpg

from api.database.dialler import CONNECT_SECONDS
from api.database.faults import Fault, fault_of
from api.database.schema import REVISION, NewerSchema, revision_of
from api.database.url import Target


class Unreachable(ConnectionError):
    """The database does not answer; `str(error)` says which, and why."""


class NotMade(Exception):
    """An index could not be made; `str(error)` says which, and why."""


def bring_up_to_date(target: Target, *, adopt: bool) -> None:
    """Runs the missing migrations. Raises `Unreachable` where it may go better later, `NewerSchema`, and what else cannot be
    mended by waiting."""
    try:
        revision = asyncio.run(_revision_at(target))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        _explain(target, error)
        raise
    if revision == REVISION:
        return
    if revision is not None:
        refuse_newer(target, revision)
    _migrate(target, adopt=adopt)


def is_newer(revision: str) -> bool:
    """Whether this version does not know it."""
    # Here, so that a start that finds everything up to date does not wait for Alembic and SQLAlchemy.
    from api.database.migrations import known_revisions

    return revision not in known_revisions()


def refuse_newer(target: Target, revision: str) -> None:
    """Raises `NewerSchema` where this version does not know the schema of `target`."""
    if is_newer(revision):
        raise NewerSchema(
            f"{target} has the schema {revision}, which this version does not know: it is of a newer one."
        )


async def _revision_at(target: Target) -> str | None:
    connection = await asyncpg.connect(**target.arguments, timeout=CONNECT_SECONDS, statement_cache_size=0)
    try:
        return await revision_of(connection)
    finally:
        await connection.close(timeout=CONNECT_SECONDS)


def _migrate(target: Target, *, adopt: bool) -> None:
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
