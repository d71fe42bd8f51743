"""The command."""

from pathlib import Path

import click
import orjson

from backup.age import identities_of
from server.backup.options import IDENTITY
from server.connection import configured_target, settings_for
from server.options import JSON, data_dir_option
from server.upgrade.back import set_aside
from server.upgrade.report import UpgradeError


@click.command()
@click.option("--rehearse", is_flag=True, help="On the newest good backup, restored aside; nothing live is touched.")
@click.option(
    "--old-bin",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="For data of an older PostgreSQL: the folder of its programs.",
)
@click.option(
    "--from-backup", metavar="ID", help="For data of an older PostgreSQL: the rows of the newest logical backup."
)
@IDENTITY
@JSON
@data_dir_option
def upgrade(
    rehearse: bool,
    old_bin: Path | None,
    from_backup: str | None,
    identity: Path | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Brings the database to the schema of this version: backup, migration, check, each when the one before is good.

    Every row that a migration does not mean to change is compared before its transaction ends. What fails is rolled back, and
    the database is as it was. Says the command that leads back.
    """
    # Here, so that other commands do not wait for Alembic and SQLAlchemy.
    from server.upgrade import live, older, rehearsal

    settings = settings_for(data_dir)
    identities = identities_of(identity)
    configured = configured_target(settings)
    major = older.older_major(settings)
    # After one that was killed when all was in place, the same call again tells what leads back.
    if major is None and (old_bin or from_backup) and (configured or set_aside(settings.data_dir) is None):
        raise UpgradeError("--old-bin and --from-backup are for data of an older PostgreSQL, which these are not.")
    if rehearse:
        report = rehearsal.rehearse(settings, identities, moving=major is not None)
    elif major is not None:
        report = older.move(settings, major, old_bin, from_backup, identities)
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
