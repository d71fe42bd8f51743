"""`backup verify`."""

from pathlib import Path
from typing import Any

import click
import orjson

from api.database.url import Target
from api.settings import Settings
from backup import verifying
from backup.age import identities_of
from backup.place import Place
from server.backup.named import named_target, newest
from server.backup.options import IDENTITY, SIGNED_BY
from server.backup.physical import is_physical, verify_physical
from server.backup.places import place_of
from server.backup.progress import shown
from server.connection import settings_for
from server.options import JSON, data_dir_option


@click.command()
@click.argument("backup_id", metavar="[ID]", required=False)
@click.option(
    "--scratch", metavar="URL", help="An empty database to restore into, instead of a PostgreSQL for the moment."
)
@IDENTITY
@SIGNED_BY
@JSON
@data_dir_option
def verify(
    backup_id: str | None,
    scratch: str | None,
    identity: Path | None,
    signed_by: tuple[str, ...],
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Restores a backup, the newest without ID, into a scratch database and compares every row with what was backed up."""
    if backup_id is not None and is_physical(backup_id):
        verify_physical(data_dir, backup_id, identity, signed_by, as_json=as_json)
        return
    settings = settings_for(data_dir)
    place = place_of(settings)
    name = backup_id or newest(place)
    target = None if scratch is None else named_target(scratch)
    report = verified_report(settings, place, name, identities_of(identity), signed_by, target, as_json=as_json)
    if as_json:
        click.echo(orjson.dumps(report))


def verified_report(
    settings: Settings,
    place: Place,
    name: str,
    identities: list[Any],
    signed_by: tuple[str, ...],
    scratch: Target | None,
    *,
    as_json: bool,
) -> dict[str, Any]:
    """Verifies it; what a report says of that. Raises `BackupError`."""
    with shown("restoring") as progress:
        report = verifying.verify(place, name, settings.data_dir, identities, signed_by, scratch, progress)
    if not as_json:
        click.echo(f"{name}: verified: restored and compared, {report['rows']} rows in {report['seconds']:.1f} s")
    return {"verified": True, "verify_seconds": report["seconds"], "id": name, "restored_rows": report["rows"]}
