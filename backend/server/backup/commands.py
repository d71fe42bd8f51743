"""The group of commands: the table of contents."""

import click

from server.backup.creating import create, verify
from server.backup.listing import list_backups


@click.group()
def backup() -> None:
    """Backups that count only after they were restored."""


for command in (create, list_backups, verify):
    backup.add_command(command)
