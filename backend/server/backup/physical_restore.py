"""`backup restore --at`, `--name` and `--latest`: the PostgreSQL inside as it was, or one person's tasks as they were."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import click
import orjson

from api.database.embedded import EmbeddedError, running
from api.database.embedded.account import account_for
from api.database.embedded.place import Place
from api.database.url import Target, parse_url
from api.models.account import rfc3339
from api.settings import Settings
from backup import history
from backup.account_tasks import BroughtBack
from backup.deletions import DeletedAccount, Deletions
from backup.errors import BackupError
from backup.folder import Folder
from backup.physical.aftermath import end_rights
from backup.physical.create import store_of
from backup.physical.moment import Moment, choose
from backup.physical.restore import restore
from backup.physical.viewed import viewed
from backup.restoring import deletions_at
from server.backup.account import from_restored
from server.backup.places import physical_root
from server.backup.site import inside_only


def restore_moment(settings: Settings, moment: Moment, *, bring_back: bool, as_json: bool) -> None:
    """Put the database as it was at the moment in the place of what is there, which is set aside."""
    inside_only(settings)
    # Up to the end of the log there is nothing that was deleted since.
    deletions = {} if moment == Moment() else _deletions_now(settings)
    deleted: list[DeletedAccount] = []

    async def finish(connection: Any) -> None:
        deleted.extend(await end_rights(connection, deletions, bring_back=bring_back))

    root = physical_root(settings)
    done = restore(settings.data_dir, root, moment, finish, say)
    history.record(Folder(root), history.RESTORED, done.backup, good=True, kind="physical", moment=str(moment))
    last = rfc3339(done.last_commit) if done.last_commit else None
    if as_json:
        report = {
            "id": done.backup,
            "last_commit": last,
            "deleted_since": [
                {"id": str(one.id), "email": one.email, "deleted_at": rfc3339(one.deleted_at)} for one in deleted
            ],
            "brought_back": bring_back,
            "deletions_known": deletions is not None,
            "set_aside": str(done.set_aside) if done.set_aside else None,
        }
        click.echo(orjson.dumps(report))
        return
    click.echo(f"The database is as it was at {moment}; its last commit is of {last or 'the time of the backup'}.")
    if done.set_aside:
        click.echo(f"What was there is in {done.set_aside} now: remove it when nobody needs it any more.")
    click.echo("Nobody is signed in any more, and access tokens have ended.")
    for one in deleted:
        fate = "is back" if bring_back else "is left out; --bring-back-deleted would bring it back"
        click.echo(f"{one.email or one.id} was deleted at {rfc3339(one.deleted_at)}, after that moment, and {fate}")
    if deletions is None:
        click.echo("Accounts that were deleted after that moment are not known and are back: look at `users list`.")


def reaches(settings: Settings, when: datetime) -> bool:
    """Whether physical backups and the log lead back to that moment."""
    place = Place(settings.data_dir.resolve())
    if settings.database_url is not None or not place.cluster.exists():
        return False
    try:
        choose(store_of(place, physical_root(settings)), Moment(when))
    except BackupError:
        return False
    return True


def account_at(settings: Settings, email: str, when: datetime) -> BroughtBack:
    """Bring the tasks of one person back as they were at exactly that moment; everybody else is untouched."""
    place = Place(settings.data_dir.resolve())
    with (
        running(settings.data_dir) as postgres,
        viewed(place, physical_root(settings), Moment(when.astimezone(UTC)), account_for(place), say) as scratch,
    ):
        aside = Target(str(scratch.place.socket), 5432, "postgres", None, "todo", "disable")
        return asyncio.run(from_restored(aside, parse_url(postgres.url), email))


def _deletions_now(settings: Settings) -> Deletions | None:
    """From the database that is about to be replaced, where it can still be asked."""
    if not Place(settings.data_dir).cluster.exists():
        return None
    try:
        with running(settings.data_dir) as postgres:
            return asyncio.run(deletions_at(parse_url(postgres.url)))
    except (EmbeddedError, asyncpg.PostgresError, OSError):
        return None


def say(what: str) -> None:
    click.echo(f"{what} ...", err=True)
