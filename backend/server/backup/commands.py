"""The group of commands: the table of contents."""

import click

from server.backup.listing import list_backups


@click.group()
def backup() -> None:
    """Backups that count only after they were restored."""


backup.add_command(list_backups)
