"""`backup restore`: everything into an empty database, or one person's tasks into the one that is used."""

from datetime import UTC
from pathlib import Path

import click
import orjson

from backup import history
from backup.age import identities_of
from backup.errors import BackupError
from backup.physical.moment import Moment
from backup.place import Place
from backup.replacing import restore_embedded
from backup.restoring import Restored, restore_into
from backup.trust import opened
from server.backup.account import moment, restore_account, tell
from server.backup.named import named_target
from server.backup.options import IDENTITY, SIGNED_BY
from server.backup.physical import is_physical
from server.backup.physical_restore import account_at, reaches, restore_moment
from server.backup.places import keys_of, place_of
from server.backup.progress import shown
from server.backup.rights import in_words, rights_now, secrets_of
from server.connection import configured_target, direct_target, settings_for
from server.options import JSON, data_dir_option


@click.command()
@click.argument("backup_id", metavar="[ID]", required=False)
@click.option("--into", metavar="URL", help="An empty database, instead of the configured one.")
@click.option("--replace", is_flag=True, help="Set what the embedded database holds aside, under another name.")
@click.option("--bring-back-deleted", is_flag=True, help="Accounts too that were deleted since the backup was made.")
@click.option("--user", metavar="EMAIL", help="Only this person's tasks, with --at and --into-now.")
@click.option("--at", metavar="TIME", help="As it was then: 2026-11-22T15:00:00Z. Without --user: the database inside.")
@click.option("--name", help="Of the database inside: as it was when this moment got the name (`backup name`).")
@click.option("--latest", is_flag=True, help="Of the database inside: all that its log holds.")
@click.option("--into-now", is_flag=True, help="Back into the database that is used; everybody else is untouched.")
@IDENTITY
@SIGNED_BY
@JSON
@data_dir_option
def restore(
    backup_id: str | None,
    into: str | None,
    replace: bool,
    bring_back_deleted: bool,
    user: str | None,
    at: str | None,
    name: str | None,
    latest: bool,
    into_now: bool,
    identity: Path | None,
    signed_by: tuple[str, ...],
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Restores the backup ID into a database that holds nothing: all of it, compared row by row, or nothing.

    Nobody stays signed in, and access tokens of scripts end. With --user, --at and --into-now it brings back one person's
    tasks as they were at TIME, or in the newest good backup before TIME (or in ID).

    With --at, --name or --latest alone the database inside goes back to that moment, from its physical backups and its log.
    """
    settings = settings_for(data_dir)
    place = place_of(settings)
    identities = identities_of(identity)
    if name or latest or (at and not (user or into_now)):
        if user or into_now or into or replace or backup_id or sum(map(bool, (at, name, latest))) != 1:
            raise BackupError("One of --at, --name and --latest, alone, says back to when the database inside goes.")
        when = Moment(moment(at) if at else None, name)
        restore_moment(
            settings, keys_of(settings, identities, signed_by), when, bring_back=bring_back_deleted, as_json=as_json
        )
        return
    if user or at or into_now:
        if not (user and (at or backup_id) and into_now) or into or replace or bring_back_deleted:
            raise BackupError("One person's tasks come back by --user EMAIL --at TIME --into-now, together.")
        if at and not backup_id and reaches(settings, moment(at)):
            then = moment(at).astimezone(UTC)
            keys = keys_of(settings, identities, signed_by)
            tell(account_at(settings, keys, user, then), user, then, None, as_json=as_json)
            return
        restore_account(settings, place, user, at, backup_id, identities, signed_by, as_json=as_json)
        return
    if backup_id is None:
        raise BackupError(
            "Which backup? `todo-server backup list` names them; --latest or --at restores the database inside."
        )
    if is_physical(backup_id):
        raise BackupError("From a physical backup the database goes back to a moment: use --at, --name or --latest.")
    with (
        opened(place, backup_id, settings.data_dir, signed_by, has_key=bool(identities)) as backup,
        shown("restoring") as progress,
    ):
        configured = configured_target(settings)
        if into is not None or configured is not None:
            target = named_target(into) if into is not None else direct_target(settings, configured)  # type: ignore[arg-type]
            known = rights_now(settings) if into is not None else None
            restored = restore_into(
                target, backup, identities, known, secrets_of(settings), progress, bring_back=bring_back_deleted
            )
        else:
            restored = restore_embedded(
                *(settings.data_dir, backup, identities, progress),
                replace=replace,
                secrets=secrets_of(settings),
                bring_back=bring_back_deleted,
            )
    _report(place, backup_id, restored, bring_back_deleted, as_json=as_json)


def _report(place: Place, name: str, restored: Restored, brought_back: bool, *, as_json: bool) -> None:
    history.record(place, history.RESTORED, name, good=True, rows=restored.rows)
    if as_json:
        rights = restored.rights.as_json() | {"brought_back": brought_back}
        click.echo(orjson.dumps({"id": name, "rows": restored.rows, **rights, "set_aside": restored.set_aside}))
        return
    click.echo(f"{name}: {restored.rows} rows restored and compared.")
    if restored.set_aside:
        click.echo(f"What was there is the database {restored.set_aside} now.")
    for line in in_words(restored.rights, brought_back=brought_back):
        click.echo(line)
