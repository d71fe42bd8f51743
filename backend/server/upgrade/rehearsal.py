"""The migrations of this version on the newest good backup, restored beside the live database, which is not touched."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from api.database.embedded.account import account_for
from api.database.embedded.place import Place as DataDirectory
from api.database.url import Target
from api.settings import Settings
from backup import history
from backup.errors import BackupError
from backup.manifest import NAME, digest_of
from backup.physical.manifest import Manifest
from backup.physical.store import Store, stores
from backup.physical.turn import alone
from backup.physical.verify import as_marked
from backup.place import LOGICAL, Place, made_at
from backup.trust import opened
from backup.verifying import restored_aside
from server.backup.places import keys_of, physical_root, place_of
from server.backup.progress import shown
from server.upgrade.migrating import migrated
from server.upgrade.report import Report


def rehearse(settings: Settings, identities: Sequence[Any], *, moving: bool) -> Report:
    """With `moving` to another major version of PostgreSQL, which only logical backups can.

    Raises `UpgradeError` where a migration fails, and `BackupError` where there is nothing to rehearse on.
    """
    began = time.monotonic()
    with _restored(settings, identities, moving) as (name, target):
        report = Report(rehearsed=True, backup=name, prepare_seconds=time.monotonic() - began)
        migrated(target, report)
    return report


@contextlib.contextmanager
def _restored(settings: Settings, identities: Sequence[Any], moving: bool) -> Iterator[tuple[str, Target]]:
    """The newest good backup as a database of its own, in the schema that it was made with."""
    place = place_of(settings)
    logical = newest_logical(place)
    physical = None if settings.database_url or moving else _newest_physical(settings, identities)
    if physical and (logical is None or physical[1].finished_at >= made_at(logical)):
        with _physical_aside(settings, *physical) as target:
            yield physical[1].id, target
        return
    if logical is None:
        how = "" if settings.database_url or moving else " --physical"
        raise BackupError(f"There is no verified backup in {place}: `todo-server backup create{how}` makes one.")
    with (
        opened(place, logical, settings.data_dir, (), has_key=bool(identities)) as backup,
        shown("restoring") as progress,
        restored_aside(backup, settings.data_dir, identities, progress, as_then=True) as target,
    ):
        yield logical, target


@contextlib.contextmanager
def _physical_aside(settings: Settings, store: Store, manifest: Manifest) -> Iterator[Target]:
    place = DataDirectory(settings.data_dir.resolve())
    with alone(store), as_marked(store, manifest, place, account_for(place)) as scratch:
        yield Target(str(scratch.place.socket), 5432, "todo", None, "todo", "disable")


def newest_logical(place: Place) -> str | None:
    """The newest that was restored and compared."""
    verified = history.verified_digests(place)
    for name in reversed(place.ids(LOGICAL)):
        with contextlib.suppress(BackupError, FileNotFoundError), place.reading(LOGICAL, name, NAME) as folder:
            if digest_of(folder) in verified:
                return name
    return None


def _newest_physical(settings: Settings, identities: Sequence[Any]) -> tuple[Store, Manifest] | None:
    """Of this data directory's cluster, or, where that is lost, of the one that was backed up last."""
    found = [
        (store, manifest)
        for store in stores(physical_root(settings), keys_of(settings, identities))
        for manifest in store.manifests()
        if manifest.verified_at is not None
    ]
    return max(found, key=_finished, default=None)


def _finished(found: tuple[Store, Manifest]) -> datetime:
    return found[1].finished_at
