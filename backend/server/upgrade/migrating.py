"""Migrating with a witness, and a look at the database afterwards."""

import asyncio
import time

import asyncpg
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from api.database.migrations import migrate
from api.database.schema import REVISION, revision_of
from api.database.url import Target
from backup.dumping import connected
from backup.errors import BackupError
from server.check.database import database
from server.check.finding import Finding
from server.migrations import in_one_line, refuse_newer
from server.upgrade.report import Report, UpgradeError
from server.upgrade.witness import Witness

_NOT_YET = {"clock", "connections", "archiving", "encryption"}
"""What a look says about a machine and not about an upgrade."""


def answers(target: Target) -> bool:
    """Whether it can be connected to now."""

    async def tried() -> None:
        async with connected(target):
            pass

    try:
        asyncio.run(tried())
    except (BackupError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return False
    return True


def revision_at(target: Target) -> str:
    """What an upgrade begins with. Raises `UpgradeError` where this version cannot begin with it, `NewerSchema` where
    it is of a later one."""

    async def asked() -> str | None:
        async with connected(target) as connection:
            return await revision_of(connection)

    try:
        revision = asyncio.run(asked())
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise UpgradeError(f"{target} cannot be reached: {in_one_line(error)}") from error
    if revision is None:
        raise UpgradeError(f"{target} has no schema of ours yet: `todo-server migrate` makes it.")
    refuse_newer(target, revision)
    return revision


def migrated(target: Target, report: Report) -> None:
    """Brings the schema up to date, all or nothing, and writes into `report` how that went. Raises `UpgradeError`."""
    report.revision_before = revision_at(target)
    report.revision_after = REVISION
    if report.revision_before != REVISION:
        witness, began = Witness(), time.monotonic()
        try:
            migrate(target, onlooker=witness)
        except UpgradeError as error:
            raise UpgradeError(f"The migrations were rolled back: {error}.") from None
        except (SQLAlchemyError, CommandError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            cause = getattr(error, "orig", None) or error
            raise UpgradeError(f"The migrations failed and were rolled back: {in_one_line(cause)}.") from error
        report.locked_seconds = time.monotonic() - began
        report.migrate_seconds = witness.seconds
        report.tables = [
            {"table": kept.table.name, "rows": kept.before.rows, "rewritten": kept.rewritten} for kept in witness.tables
        ]
    report.findings = asyncio.run(look(target))


async def look(target: Target) -> list[Finding]:
    """At what an upgrade could have left wrong."""
    return [finding async for finding in database(target) if finding.name not in _NOT_YET]
