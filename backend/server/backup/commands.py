"""The group of commands: the table of contents."""

import click

from server.backup.creating import create, verify
from server.backup.drill import drill
from server.backup.listing import list_backups
from server.backup.physical import physical


@click.group()
def backup() -> None:
    """Backups that count only after they were restored."""


for command in (create, list_backups, verify, drill, physical):
    backup.add_command(command)
