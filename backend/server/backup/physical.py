"""Physical backups, of the PostgreSQL inside: what `create --physical`, `verify`, `list` and `name` do with them."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from api.models.account import rfc3339
from backup.errors import BackupError
from backup.physical import create as creating
from backup.physical.manifest import Manifest
from backup.physical.moment import name_moment
from backup.physical.retention import prune
from backup.physical.store import stores
from server.backup.site import a_site
from server.options import data_dir_option

GENTLE_MB = 32
"""Megabytes a second of a backup that nobody shall notice."""


def create_physical(data_dir: Path | None, *, full: bool, verifying: bool, gently: bool, as_json: bool) -> None:
    """Make one; with `gently` slowly, and what is too old or too much goes afterwards."""
    with a_site(data_dir) as site:
        _say("Copying the database")
        url = site.postgres.superuser_url
        made = creating.create(site.place, site.store, url, full=full, rate=GENTLE_MB if gently else None)
        if verifying:
            _say("Restoring the copy, to compare it")
            made = site.verify(made)
        if gently:
            prune(site.store, site.settings.backup_budget_mb * 2**20)
    _report(made, as_json=as_json)


def verify_physical(data_dir: Path | None, backup_id: str, *, as_json: bool) -> None:
    """Restore one into a cluster of its own, and compare every table with what it was."""
    with a_site(data_dir) as site:
        found = next((each for each in site.store.manifests() if each.id == backup_id), None)
        if found is None:
            raise BackupError(f"There is no physical backup {backup_id} in {site.store.backups}.")
        verified = site.verify(found)
    _report(verified, as_json=as_json)


def is_physical(backup_id: str) -> bool:
    """Whether an id is that of a physical backup."""
    return backup_id.endswith(("-full", "-incremental"))


def listed_physical(root: Path) -> list[dict[str, Any]]:
    """One object for each, the oldest first, with the members that logical ones have."""
    return [_described(each) for store in stores(root) for each in store.manifests()]


@click.command()
@click.argument("name")
@data_dir_option
def name(name: str, data_dir: Path | None) -> None:
    """Gives this moment a name, to which `restore --name` leads back. Of the database inside."""
    with a_site(data_dir) as site:
        asyncio.run(name_moment(site.store, site.postgres.superuser_url, name))
    click.echo(f"This moment is {name} now.")


def _described(manifest: Manifest) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "kind": "physical",
        "created_at": rfc3339(manifest.finished_at),
        "age_seconds": int((datetime.now(UTC) - manifest.finished_at).total_seconds()),
        "bytes": manifest.bytes,
        "rows": {table.removeprefix("todo."): held.rows for table, held in manifest.tables.items()},
        "verified": manifest.verified_at is not None,
        "encrypted": False,
        "builds_on": manifest.parent,
        "server_version": manifest.server_version,
        "app_version": manifest.app_version,
    }


def _report(manifest: Manifest, *, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(_described(manifest)))
        return
    state = "verified: restored and compared" if manifest.verified_at else "NOT VERIFIED"
    rows = sum(held.rows for held in manifest.tables.values())
    click.echo(f"{manifest.id}: {rows} rows, {manifest.bytes / 1e6:.1f} MB, {state}")


def _say(what: str) -> None:
    click.echo(f"{what} ...", err=True)
