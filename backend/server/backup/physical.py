"""`backup physical`: copies of the PostgreSQL inside, file by file, and its log: back to any moment."""

import asyncio
from pathlib import Path

import click
import orjson

from api.models.account import rfc3339
from backup.errors import BackupError
from backup.physical import create as creating
from backup.physical.manifest import Manifest
from backup.physical.moment import name_moment
from backup.physical.retention import prune as remove_old
from backup.physical.store import stores
from server.backup.physical_restore import restore
from server.backup.places import physical_root
from server.backup.site import a_site
from server.connection import settings_for
from server.options import JSON, data_dir_option

GENTLE_MB = 32
"""Megabytes a second of a backup that nobody shall notice."""


@click.group()
def physical() -> None:
    """Of the PostgreSQL inside, file by file, and its log: back to any moment."""


@physical.command()
@click.option("--full", is_flag=True, help="Not built on an earlier one.")
@click.option("--no-verify", is_flag=True, help="Leave it unverified: it does not count as good.")
@click.option("--gently", is_flag=True, help="Slowly, so that nobody notices; old ones are removed afterwards.")
@JSON
@data_dir_option
def create(full: bool, no_verify: bool, gently: bool, as_json: bool, data_dir: Path | None) -> None:
    """Makes one, and verifies it by restoring it."""
    with a_site(data_dir) as site:
        _say("Copying the database")
        url = site.postgres.superuser_url
        made = creating.create(site.place, site.store, url, full=full, rate=GENTLE_MB if gently else None)
        if not no_verify:
            _say("Restoring the copy, to compare it")
            made = site.verify(made)
        if gently:
            remove_old(site.store, site.settings.backup_budget_mb * 2**20)
    click.echo(orjson.dumps(described(made)) if as_json else in_words(made))


@physical.command()
@click.argument("backup", required=False, metavar="[ID]")
@JSON
@data_dir_option
def verify(backup: str | None, as_json: bool, data_dir: Path | None) -> None:
    """Restores one into a database of its own, the newest unless told otherwise, and compares every table."""
    with a_site(data_dir) as site:
        found = [each for each in site.store.manifests() if backup in (None, each.id)]
        if not found:
            raise BackupError(f"There is no physical backup {backup or ''} in {site.store.backups}.")
        verified = site.verify(found[-1])
    click.echo(orjson.dumps(described(verified)) if as_json else in_words(verified))


@physical.command("list")
@JSON
@data_dir_option
def list_physical(as_json: bool, data_dir: Path | None) -> None:
    """All there are, the oldest first."""
    root = physical_root(settings_for(data_dir))
    found = [each for store in stores(root) for each in store.manifests()]
    if as_json:
        click.echo(orjson.dumps({"place": str(root), "backups": [described(each) for each in found]}))
    else:
        for each in found:
            click.echo(in_words(each))


@physical.command()
@click.argument("name")
@data_dir_option
def name(name: str, data_dir: Path | None) -> None:
    """Gives this moment a name, to which `restore --name` leads back."""
    with a_site(data_dir) as site:
        asyncio.run(name_moment(site.store, site.postgres.superuser_url, name))
    click.echo(f"This moment is {name} now.")


def described(manifest: Manifest) -> dict[str, object]:
    return {
        "id": manifest.id,
        "kind": "physical",
        "created_at": rfc3339(manifest.finished_at),
        "bytes": manifest.bytes,
        "rows": {table: held.rows for table, held in manifest.tables.items()},
        "verified": manifest.verified_at is not None,
        "builds_on": manifest.parent,
        "server_version": manifest.server_version,
        "app_version": manifest.app_version,
    }


def in_words(manifest: Manifest) -> str:
    state = "verified" if manifest.verified_at else "NOT VERIFIED"
    tasks = manifest.tables["todo.tasks"].rows if "todo.tasks" in manifest.tables else 0
    return f"{manifest.id}  {manifest.bytes / 1e6:.1f} MB, {tasks} tasks, {state}"


def _say(what: str) -> None:
    click.echo(f"{what} ...", err=True)


physical.add_command(restore)
