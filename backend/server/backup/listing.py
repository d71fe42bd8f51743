"""`backup list`: what there is, how old, how large, and whether it was restored successfully."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from api.models.account import rfc3339
from backup import history
from backup.errors import BackupError
from backup.manifest import NAME, Manifest, digest_of
from backup.place import LOGICAL, Place
from server.backup.physical import listed_physical
from server.backup.places import physical_root, place_of
from server.connection import settings_for
from server.options import JSON, data_dir_option


def listed(place: Place) -> list[dict[str, Any]]:
    """One object for each backup, the oldest first."""
    verified, encrypted = history.verified_digests(place), history.verified_digests(place, encrypted=True)
    return [_described(place, name, verified, encrypted) for name in place.ids(LOGICAL)]


def _described(place: Place, name: str, verified: set[str], encrypted: set[str]) -> dict[str, Any]:
    try:
        with place.reading(LOGICAL, name, NAME) as folder:
            manifest, signed_by = Manifest.read(folder, name)
            digest = digest_of(folder)
    except BackupError as error:
        return {"id": name, "kind": LOGICAL, "error": str(error), "verified": False}
    return {
        "id": name,
        "kind": LOGICAL,
        "created_at": rfc3339(manifest.created_at),
        "age_seconds": int((datetime.now(UTC) - manifest.created_at).total_seconds()),
        "bytes": manifest.bytes,
        "rows": {table.table: table.rows for table in manifest.tables},
        "verified": digest in verified,
        "verified_encrypted": manifest.encrypted and digest in encrypted,
        "encrypted": manifest.encrypted,
        "schema_revision": manifest.schema_revision,
        "server_version": manifest.server_version,
        "app_version": manifest.app_version,
        "signed_by": signed_by,
    }


@click.command("list")
@JSON
@data_dir_option
def list_backups(as_json: bool, data_dir: Path | None) -> None:
    """All backups of the place, the oldest first."""
    settings = settings_for(data_dir)
    place = place_of(settings)
    found = sorted([*listed(place), *listed_physical(physical_root(settings))], key=lambda one: str(one["id"]))
    if as_json:
        click.echo(orjson.dumps({"place": str(place), "backups": found}))
        return
    click.echo(f"{len(found)} backup{'' if len(found) == 1 else 's'} in {place}")
    for one in found:
        click.echo(f"{one['id']}  {one['error'] if 'error' in one else _in_words(one)}")


def _in_words(one: dict[str, Any]) -> str:
    tasks, people = one["rows"].get("tasks", 0), one["rows"].get("users", 0)
    words = [
        one["kind"],
        f"{age_in_words(one['age_seconds'])} old",
        f"{one['bytes'] / 1e6:.1f} MB",
        f"{tasks} task{'' if tasks == 1 else 's'} of {people} {'person' if people == 1 else 'people'}",
        _verified_in_words(one),
        *(["encrypted"] if one["encrypted"] else []),
    ]
    return ", ".join(words)


def _verified_in_words(one: dict[str, Any]) -> str:
    if not one["verified"]:
        return "NOT VERIFIED"
    return (
        "verified"
        if one.get("verified_encrypted") is not False or not one["encrypted"]
        else "verified before encryption"
    )


def age_in_words(seconds: float) -> str:
    """The two largest units: `3 d 4 h`."""
    minutes = int(seconds) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min"
