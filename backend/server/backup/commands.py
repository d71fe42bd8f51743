"""The group of commands: the table of contents."""

import click

from server.backup.listing import list_backups
from server.backup.physical import physical
from server.backup.physical_restore import restore


@click.group()
def backup() -> None:
    """Backups that count only after they were restored."""


backup.add_command(list_backups)
physical.add_command(restore)
backup.add_command(physical)
