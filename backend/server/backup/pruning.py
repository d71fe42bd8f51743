"""`backup prune`."""

from pathlib import Path

import click
import orjson

from backup.place import LOGICAL
from backup.retention import DAYS, MONTHS, WEEKS, kept
from server.backup.listing import listed
from server.backup.places import place_of
from server.connection import settings_for
from server.options import JSON, data_dir_option


@click.command(
    help=f"Keeps one backup of each of {DAYS} days, {WEEKS} weeks and {MONTHS} months; never the last verified one goes."
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@JSON
@data_dir_option
def prune(dry_run: bool, as_json: bool, data_dir: Path | None) -> None:
    place = place_of(settings_for(data_dir))
    found = listed(place)
    names = [one["id"] for one in found]
    staying = kept(names, {one["id"] for one in found if one["verified"]})
    going = [name for name in names if name not in staying]
    for name in going:
        if not dry_run:
            place.remove(LOGICAL, name)
        if not as_json:
            click.echo(f"{name} {'would go' if dry_run else 'is gone'}")
    if as_json:
        click.echo(orjson.dumps({"removed": going, "kept": sorted(staying), "dry_run": dry_run}))
    else:
        click.echo(f"{len(staying)} logical backups stay in {place}; `serve` keeps physical ones below their budget")
