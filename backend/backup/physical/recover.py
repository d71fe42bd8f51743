"""A backup and the log after it, laid out as a cluster that only has to be started."""

import shutil
from pathlib import Path

from api.database.embedded.place import Place
from backup.errors import BackupError
from backup.physical.manifest import Manifest
from backup.physical.programs import in_a_sentence
from backup.physical.replay import histories, take_out
from backup.physical.store import Store
from backup.physical.unpack import unpack

_RESERVE = 256 * 2**20
"""Bytes that stay free."""


def stage(
    store: Store, manifest: Manifest, scratch: Place, *, last: str | None = None, own: Path | None = None
) -> str | None:
    """Make `scratch.cluster` of the backup, with the log from its end up to the segment `last` or to where it ends.

    `own` is the pg_wal of the cluster that is to be replaced, which may hold more. Returns what is wrong where the log
    does not go on, as the beginning of a sentence. Raises `BackupError` where the backup itself is not whole.
    """
    with in_a_sentence(f"Restoring {manifest.id} into {scratch.data_dir}"):
        unpack(store, manifest, scratch)
        into = scratch.cluster / "pg_wal"
        for path in histories(store, own):
            shutil.copyfile(path, into / path.name)
        return take_out(store, manifest.stop_segment, last, own, into)


def refuse_without_room(place: Place, needed: int) -> None:
    """Raises `BackupError` where the disk of the data directory has not so many bytes, and some to spare."""
    free = shutil.disk_usage(place.data_dir).free
    if free < needed + _RESERVE:
        raise BackupError(
            f"The disk of {place.data_dir} has {free // 2**20} MB free, and this needs "
            f"{(needed + _RESERVE) // 2**20} MB: free some space."
        )
