"""A recovered cluster in the place of the one that was there."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from api.database.embedded.account import account_for
from api.database.embedded.configuration import sync_folder
from api.database.embedded.place import Place
from backup.physical.programs import command, run
from backup.physical.store import Store, is_history, is_segment


def tidy_log(folder: Path, store: Store) -> None:
    """Keep the history of the timeline that begins here, and leave no log of the ones before.

    The summaries for incremental backups would begin with that, and find that some of it has gone.
    """
    histories = sorted(path for path in folder.iterdir() if is_history(path.name))
    for path in histories:
        shutil.copyfile(path, store.wal / path.name)
    for path in folder.iterdir():
        if histories and is_segment(path.name) and path.name[:8] != histories[-1].stem:
            path.unlink()


def write_to_disk(scratch: Place, place: Place) -> None:
    """Recovery did not wait for the disk."""
    sync = command("initdb", "--sync-only", "-D", scratch.cluster)
    run([*account_for(place).prefix, *sync], "Writing the cluster to the disk")


def put_in_place(scratch: Place, place: Place) -> Path | None:
    """Killed at any moment, the next start finds one whole cluster: the old one, or the new one (cluster.py)."""
    if place.restored_cluster.exists():  # of a restore that was killed here
        shutil.rmtree(place.restored_cluster)
    scratch.cluster.rename(place.restored_cluster)
    sync_folder(place.data_dir)
    set_aside = None
    if place.cluster.exists():
        set_aside = place.data_dir / f"postgres.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        place.cluster.rename(set_aside)
        sync_folder(place.data_dir)
    place.restored_cluster.rename(place.cluster)
    sync_folder(place.data_dir)
    return set_aside
