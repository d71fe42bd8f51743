"""`backup create`."""

import time
from pathlib import Path
from typing import Any

import click
import orjson

from backup import creating
from backup.age import identities_of
from backup.errors import BackupError
from backup.signature import own_public_key
from server.backup.daily import create_daily
from server.backup.options import IDENTITY
from server.backup.physical import create_physical
from server.backup.places import place_of
from server.backup.progress import shown
from server.backup.verifying import verified_report
from server.connection import a_target, direct_target, settings_for
from server.migrations import bring_up_to_date
from server.options import JSON, data_dir_option


@click.command()
@click.option("--physical", is_flag=True, help="Of the database inside: its files, to go back from to any moment.")
@click.option("--full", is_flag=True, help="With --physical: not built on an earlier one.")
@click.option("--gently", is_flag=True, help="With --physical: slowly; what is too old or too much goes afterwards.")
@click.option(
    "--daily", is_flag=True, help="Only where one is due and no server makes it; what is too old goes afterwards."
)
@click.option(
    "--recipient", "recipients", multiple=True, metavar="age1...", help="Encrypt for this public key; repeat."
)
@click.option(
    "--no-verify", is_flag=True, help="Do not restore it into a scratch database; it does not count as good then."
)
@IDENTITY
@JSON
@data_dir_option
def create(
    physical: bool,
    full: bool,
    gently: bool,
    daily: bool,
    recipients: tuple[str, ...],
    no_verify: bool,
    identity: Path | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Backs up everything as one moment sees it, then restores it into a scratch database and compares every row.

    An encrypted backup can be verified only with --identity; a server that holds just the public key leaves that to
    `backup verify` elsewhere.
    """
    if daily:
        if physical or full or gently or recipients or no_verify or identity or as_json:
            raise BackupError("--daily stands alone: TODO_BACKUP_RECIPIENTS says for whom backups are encrypted.")
        create_daily(data_dir)
        return
    if physical:
        if recipients:
            raise BackupError("Physical backups and the log are encrypted for those in TODO_BACKUP_RECIPIENTS.")
        create_physical(data_dir, identity, full=full, verifying=not no_verify, gently=gently, as_json=as_json)
        return
    if full or gently:
        raise BackupError("--full and --gently belong to --physical.")
    settings = settings_for(data_dir)
    identities = identities_of(identity)
    keys = recipients or settings.backup_recipients
    place = place_of(settings)
    began = time.monotonic()
    with a_target(settings) as target, shown("backing up") as progress:
        direct = direct_target(settings, target)
        if settings.database_url is None:
            bring_up_to_date(direct, adopt=False)
        manifest = creating.create(direct, place, settings.data_dir, keys, progress)
    report: dict[str, Any] = {
        "id": manifest.id,
        "place": str(place),
        "seconds": round(time.monotonic() - began, 3),
        "bytes": manifest.bytes,
        "rows": {table.table: table.rows for table in manifest.tables},
        "encrypted": manifest.encrypted,
        "signed_by": own_public_key(settings.data_dir),
        "verified": False,
    }
    if not as_json:
        click.echo(
            f"{manifest.id}: {manifest.rows} rows, {manifest.bytes / 1e6:.1f} MB in {report['seconds']:.1f} s, in {place},"
            f" signed by {report['signed_by']}"
        )
    why = _why_not_verified(no_verify, manifest.encrypted and not identities)
    if why is None:
        report |= verified_report(settings, place, manifest.id, identities, (), None, as_json=as_json)
    elif not as_json:
        click.echo(f"{manifest.id}: NOT VERIFIED: {why}")
    if as_json:
        click.echo(orjson.dumps(report))


def _why_not_verified(unwanted: bool, locked: bool) -> str | None:
    if unwanted:
        return "--no-verify"
    return "it is encrypted and no --identity was given" if locked else None
