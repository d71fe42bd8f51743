"""The command."""

from pathlib import Path

import click
import orjson

from backup.age import identities_of
from server.backup.options import IDENTITY
from server.connection import configured_target, settings_for
from server.options import JSON, data_dir_option


@click.command()
@click.option("--rehearse", is_flag=True, help="On the newest good backup, restored aside; nothing live is touched.")
@IDENTITY
@JSON
@data_dir_option
def upgrade(rehearse: bool, identity: Path | None, as_json: bool, data_dir: Path | None) -> None:
    """Brings the database to the schema of this version: backup, migration, check, each when the one before is good.

    Every row that a migration does not mean to change is compared before its transaction ends. What fails is rolled back, and
    the database is as it was. Says the command that leads back.
    """
    # Here, so that other commands do not wait for Alembic and SQLAlchemy.
    from server.upgrade import live, rehearsal

    settings = settings_for(data_dir)
    identities = identities_of(identity)
    configured = configured_target(settings)
    if rehearse:
        report = rehearsal.rehearse(settings, identities)
    elif configured is not None:
        report = live.upgrade_named(settings, configured, identities)
    else:
        report = live.upgrade_inside(settings)
    if as_json:
        click.echo(orjson.dumps(report.as_object()))
    else:
        for line in report.in_words():
            click.echo(line)
    if not report.ok:
        raise click.exceptions.Exit(1)
