"""Physical backups, of the PostgreSQL inside: what `create --physical`, `verify`, `list` and `name` do with them."""

import asyncio
import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from api.database.embedded import running
from api.database.embedded.place import Place
from api.models.account import rfc3339
from backup.age import identities_of
from backup.errors import BackupError
from backup.physical.manifest import Manifest
from backup.physical.moment import name_moment
from backup.physical.retention import prune
from backup.physical.store import stores
from backup.physical.trust import check_signed
from backup.physical.turn import alone
from server.backup.making import make
from server.backup.places import keys_of, physical_root
from server.backup.site import a_site, end_in_order, inside_only, verified
from server.connection import settings_for
from server.options import data_dir_option

GENTLE_MB = 32
"""Megabytes a second of a backup that nobody shall notice."""


def create_physical(
    data_dir: Path | None, identity: Path | None, *, full: bool, verifying: bool, gently: bool, as_json: bool
) -> None:
    """Make one; with `gently` slowly, and what is too old or too much goes afterwards."""
    with a_site(data_dir, identities_of(identity)) as site:
        if identity and not site.settings.backup_recipients:
            raise BackupError("--identity is for backups that are encrypted: TODO_BACKUP_RECIPIENTS says for whom.")
        try:
            made = make(site, full=full, verifying=verifying, rate=GENTLE_MB if gently else None, say=_say)
        finally:
            if gently:
                prune(site.store, site.settings.backup_budget_mb * 2**20)
    _report(made, as_json=as_json)


def verify_physical(
    data_dir: Path | None, backup_id: str, identity: Path | None, signed_by: tuple[str, ...], *, as_json: bool
) -> None:
    """Restore one into a cluster of its own, and compare every table with what it was; of one that is encrypted, without the
    private key, look whether all of it is there as it was signed."""
    settings = settings_for(data_dir)
    inside_only(settings)
    end_in_order()
    place = Place(settings.data_dir.resolve())
    place.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = stores(physical_root(settings), keys_of(settings, identities_of(identity), signed_by))
    store = next((each for each in found if (each.backups / backup_id).is_dir()), None)
    if store is None:
        raise BackupError(f"There is no physical backup {backup_id} in {physical_root(settings)}.")
    with contextlib.ExitStack() as stack:
        if place.cluster.exists():
            stack.enter_context(running(settings.data_dir))
        stack.enter_context(alone(store))
        manifest = store.manifest(backup_id)
        if manifest.recipients and not identity:
            check_signed(store, manifest)
            _report(manifest, as_json=as_json, only_signed=True)
            return
        manifest = verified(store, manifest, place)
    _report(manifest, as_json=as_json)


def is_physical(backup_id: str) -> bool:
    """Whether an id is that of a physical backup."""
    return backup_id.endswith(("-full", "-incremental"))


def listed_physical(root: Path) -> list[dict[str, Any]]:
    """One object for each, the oldest first, with the members that logical ones have."""
    good = [_described(each) for store in stores(root) for each in store.manifests()]
    damaged = [(name, why) for store in stores(root) for name, why in store.damaged().items()]
    return good + [{"id": name, "kind": "physical", "error": why, "verified": False} for name, why in damaged]


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
        "verified_encrypted": manifest.decrypted_at is not None,
        "encrypted": bool(manifest.recipients),
        "signed_by": manifest.signed_by,
        "builds_on": manifest.parent,
        "server_version": manifest.server_version,
        "app_version": manifest.app_version,
    }


def _report(manifest: Manifest, *, as_json: bool, only_signed: bool = False) -> None:
    if as_json:
        click.echo(orjson.dumps(_described(manifest) | ({"restored": False} if only_signed else {})))
        return
    rows = sum(held.rows for held in manifest.tables.values())
    signer = f", signed by {manifest.signed_by}" if manifest.signed_by else ""
    state = "all of it is there as it was signed; NOT RESTORED: pass --identity" if only_signed else _state(manifest)
    click.echo(f"{manifest.id}: {rows} rows, {manifest.bytes / 1e6:.1f} MB{signer}, {state}")


def _state(manifest: Manifest) -> str:
    if manifest.verified_at is None:
        return "NOT VERIFIED"
    before = bool(manifest.recipients) and manifest.decrypted_at is None
    return "verified: restored and compared" + (" before it was encrypted" if before else "")


def _say(what: str) -> None:
    click.echo(f"{what} ...", err=True)
