"""`backup prune`."""

from pathlib import Path

import click
import orjson

from backup import history
from backup.physical.retention import WINDOW, removable, remove, unneeded_log
from backup.physical.store import stores
from backup.physical.turn import alone
from backup.place import LOGICAL, Place
from backup.retention import DAYS, MONTHS, WEEKS, kept
from server.backup.listing import listed
from server.backup.places import physical_root, place_of
from server.connection import settings_for
from server.options import JSON, data_dir_option


@click.command(
    help=f"Of logical backups, keeps one of each of {DAYS} days, {WEEKS} weeks and {MONTHS} months; of physical ones"
    f" and the log, what {WINDOW.days} days need and TODO_BACKUP_BUDGET_MB allows. Never the last verified one goes."
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@JSON
@data_dir_option
def prune(dry_run: bool, as_json: bool, data_dir: Path | None) -> None:
    settings = settings_for(data_dir)
    place = place_of(settings)
    going, staying = prune_logical(place, dry_run=dry_run)
    log = 0
    for store in stores(physical_root(settings)):
        with alone(store):
            gone = removable(store, settings.backup_budget_mb * 2**20)
            log += sum(path.stat().st_blocks * 512 for path in unneeded_log(store, gone))
            going += [manifest.id for manifest in gone]
            staying += [manifest.id for manifest in store.manifests() if manifest not in gone]
            if not dry_run:
                remove(store, gone)
    if as_json:
        click.echo(orjson.dumps({"removed": going, "kept": sorted(staying), "log_bytes": log, "dry_run": dry_run}))
        return
    for name in going:
        click.echo(f"{name} {'would go' if dry_run else 'is gone'}")
    if log:
        click.echo(f"{log / 1e6:.1f} MB of the log {'would go' if dry_run else 'are gone'}")
    click.echo(f"{len(staying)} {'backup stays' if len(staying) == 1 else 'backups stay'} in {place}")


def prune_logical(place: Place, *, dry_run: bool = False) -> tuple[list[str], list[str]]:
    """The ids that go, which are gone then unless `dry_run`, and those that stay."""
    found = listed(place)
    names = [one["id"] for one in found]
    staying = kept(names, {one["id"] for one in found if one["verified"]}, history.failed(place))
    going = [name for name in names if name not in staying]
    for name in going:
        if not dry_run:
            place.remove(LOGICAL, name)
    return going, list(staying)
