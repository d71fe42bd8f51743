"""`backup physical restore`: the PostgreSQL inside as it was, at a time, at a name, or at the end of its log."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import click
import orjson

from api.database.embedded import EmbeddedError, running
from api.models.account import rfc3339
from backup import history
from backup.physical.aftermath import account_ids, end_rights
from backup.physical.moment import Moment
from backup.physical.restore import restore as put_back
from backup.place import Folder
from server.backup.places import physical_root
from server.backup.site import inside_only
from server.connection import settings_for
from server.options import JSON, data_dir_option


@click.command()
@click.option("--at", metavar="TIME", help="As it was then: 2026-11-22T13:45:00+01:00, or 2026-11-22T12:45:00Z.")
@click.option("--name", help="As it was when the moment got this name.")
@click.option("--latest", is_flag=True, help="All that was ever received.")
@JSON
@data_dir_option
def restore(at: str | None, name: str | None, latest: bool, as_json: bool, data_dir: Path | None) -> None:
    """Puts the database back as it was, while no server runs. What is there now is set aside.

    Everybody has to sign in again, and access tokens end. Accounts that were deleted since are kept out.
    """
    if sum((at is not None, name is not None, latest)) != 1:
        raise click.UsageError("One of --at, --name and --latest says back to when.")
    settings = settings_for(data_dir)
    inside_only(settings)
    moment = Moment(_time(at) if at is not None else None, name)
    still = None if latest else _accounts(settings.data_dir)
    kept_out: list[str] = []

    async def finish(connection: Any) -> None:
        kept_out.extend(await end_rights(connection, still))

    root = physical_root(settings)
    done = put_back(settings.data_dir, root, moment, finish, lambda what: click.echo(f"{what} ...", err=True))
    report = {
        "backup": done.backup,
        "last_commit": rfc3339(done.last_commit) if done.last_commit else None,
        "set_aside": str(done.set_aside) if done.set_aside else None,
        "kept_out": kept_out,
    }
    history.record(Folder(root), history.RESTORED, done.backup, good=True, kind="physical", moment=str(moment))
    if as_json:
        click.echo(orjson.dumps(report))
        return
    click.echo(
        f"The database is as it was at {moment}; the last commit is of {report['last_commit'] or 'the backup itself'}."
    )
    if done.set_aside:
        click.echo(f"What was there before is in {done.set_aside}: remove it when you do not need it.")
    click.echo("Everybody has to sign in again; access tokens have ended.")
    if kept_out:
        click.echo(f"Deleted since, and kept out (`users activate`, `users delete`): {', '.join(kept_out)}")


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--at {text} is no time: write it like 2026-11-22T13:45:00+01:00.") from None
    return found if found.tzinfo else found.astimezone()


def _accounts(data_dir: Path) -> set[UUID] | None:
    """The accounts that there are now, where the database can still say so."""
    if not (data_dir / "postgres").exists():
        return None
    try:
        with running(data_dir) as postgres:
            return asyncio.run(account_ids(postgres.superuser_url))
    except (EmbeddedError, asyncpg.PostgresError, OSError) as error:
        click.echo(
            f"The database cannot say which accounts it has now ({error}): deleted ones may come back.", err=True
        )
        return None
