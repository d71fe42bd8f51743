"""The logical backup of each day: made beside a server of a URL's database, and for a bucket also of the one inside."""

import contextlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import click

from api.settings import Settings
from backup.creating import create
from backup.daily import LONGEST_END, Daily
from backup.due import LogicalDue, is_due, newest_verified, tell
from backup.folder import Folder
from backup.sealing import create_sealed
from backup.turn import my_turn
from backup.verifying import verify
from server.backup.places import physical_root, place_of
from server.backup.pruning import prune_logical
from server.backup.site import end_in_order
from server.connection import a_target, direct_target, settings_for

COMMAND = (sys.executable, "-c", "from server.program import main; main()")
"""todo-server, from this environment."""


@contextlib.contextmanager
def daily_backups(settings: Settings) -> Iterator[None]:
    """They are made while the context lasts, where they are wanted."""
    if settings.backups == "off" or (settings.database_url is None and not settings.backups_in_bucket):
        yield
        return
    ending = threading.Event()
    due = LogicalDue(lambda: place_of(settings), _beside(settings))
    command = (*COMMAND, "backup", "create", "--daily", "--data-dir", str(settings.data_dir))
    thread = threading.Thread(target=Daily(due, command, ending).run, name="backups", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join(LONGEST_END)


def create_daily(data_dir: Path | None) -> None:
    """Where one is due and nobody else is at it: make it, verify it, and throw away what is too old."""
    end_in_order()
    settings = settings_for(data_dir)
    place = place_of(settings)
    with a_target(settings) as target, my_turn(direct := direct_target(settings, target)) as mine:
        if not mine:
            click.echo("Another server of this database makes a backup just now.")
            return
        newest = newest_verified(place)
        if newest is not None and not is_due(newest):
            tell(_beside(settings), newest)
            click.echo(f"None is due: {newest} is younger than a day.")
            return
        try:
            if settings.backup_recipients:
                name = create_sealed(direct, place, settings.data_dir, settings.backup_recipients)
            else:
                name = create(direct, place, settings.data_dir).id
                verify(place, name, settings.data_dir)
        finally:
            prune_logical(place)
    click.echo(f"{name}: verified: restored and compared, in {place}")


def _beside(settings: Settings) -> Folder | None:
    return Folder(physical_root(settings)) if settings.backups_in_bucket else None
