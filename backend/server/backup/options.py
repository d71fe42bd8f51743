"""Options that the backup commands share."""

from pathlib import Path

import click

IDENTITY = click.option(
    "--identity",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The file of age's private key, for a backup that is encrypted.",
)
SIGNED_BY = click.option(
    "--signed-by",
    multiple=True,
    metavar="KEY",
    help="Trust this key: for backups that another data directory made; repeat.",
)
