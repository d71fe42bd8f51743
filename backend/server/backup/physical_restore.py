"""`backup restore --at`, `--name` and `--latest`: the PostgreSQL inside as it was, or one person's tasks as they were."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import click
import orjson

from api.database.embedded import running
from api.database.embedded.account import account_for
from api.database.embedded.place import Place
from api.database.url import Target, parse_url
from api.models.account import rfc3339
from api.settings import Settings
from backup import history
from backup.account_tasks import BroughtBack
from backup.errors import BackupError
from backup.folder import Folder
from backup.physical.aftermath import end_rights
from backup.physical.create import store_of
from backup.physical.keys import Keys
from backup.physical.moment import Moment, choose
from backup.physical.restore import restore
from backup.physical.viewed import viewed
from backup.settling import Settled
from server.backup.account import from_restored
from server.backup.places import physical_root
from server.backup.rights import in_words, rights_now, secrets_of
from server.backup.site import inside_only


def restore_moment(settings: Settings, keys: Keys, moment: Moment, *, bring_back: bool, as_json: bool) -> None:
    """Put the database as it was at the moment in the place of what is there, which is set aside."""
    inside_only(settings)
    # Up to the end of the log there is nothing that was taken from anybody since.
    latest = moment == Moment()
    rights = None if latest else rights_now(settings)
    settled = Settled(known=False)

    async def finish(connection: Any) -> None:
        nonlocal settled
        settled = await end_rights(connection, rights, secrets_of(settings), latest=latest, bring_back=bring_back)

    root = physical_root(settings)
    done = restore(settings.data_dir, root, keys, moment, finish, say)
    history.record(Folder(root), history.RESTORED, done.backup, good=True, kind="physical", moment=str(moment))
    signer = keys.signer.public if keys.recipients else None
    last = rfc3339(done.last_commit) if done.last_commit else None
    if as_json:
        report = {
            "id": done.backup,
            "last_commit": last,
            **settled.as_json(),
            "brought_back": bring_back,
            "signs_as": signer,
            "set_aside": str(done.set_aside) if done.set_aside else None,
        }
        click.echo(orjson.dumps(report))
        return
    click.echo(f"The database is as it was at {moment}; its last commit is of {last or 'the time of the backup'}.")
    if done.set_aside:
        click.echo(f"What was there is in {done.set_aside} now: remove it when nobody needs it any more.")
    if signer:
        click.echo(f"From now on backups and log are signed by {signer}: note it, beside the private key.")
    for line in in_words(settled, brought_back=bring_back):
        click.echo(line)


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


def account_at(settings: Settings, keys: Keys, email: str, when: datetime) -> BroughtBack:
    """Bring the tasks of one person back as they were at exactly that moment; everybody else is untouched."""
    place = Place(settings.data_dir.resolve())
    with (
        running(settings.data_dir) as postgres,
        viewed(place, physical_root(settings), keys, Moment(when.astimezone(UTC)), account_for(place), say) as scratch,
    ):
        aside = Target(str(scratch.place.socket), 5432, "postgres", None, "todo", "disable")
        return asyncio.run(from_restored(aside, parse_url(postgres.url), email))


def say(what: str) -> None:
    click.echo(f"{what} ...", err=True)
