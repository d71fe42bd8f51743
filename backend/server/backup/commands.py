"""The group of commands: the table of contents."""

import click

from server.backup.creating import create
from server.backup.drill import drill
from server.backup.listing import list_backups
from server.backup.neon import neon_commands
from server.backup.physical import name
from server.backup.pruning import prune
from server.backup.restoring import restore
from server.backup.verifying import verify


@click.group()
def backup() -> None:
    """Backups that count only after they were restored."""


for command in (create, list_backups, verify, restore, prune, drill, name, neon_commands):
    backup.add_command(command)
