"""The PostgreSQL inside and its physical backups, as commands find them."""

import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.database.embedded import Postgres, running
from api.database.embedded.account import account_for
from api.database.embedded.place import Place
from api.settings import ConfigurationError, Settings
from backup import history
from backup.errors import BackupError
from backup.folder import Folder
from backup.physical.create import store_of
from backup.physical.manifest import Manifest
from backup.physical.store import Store
from backup.physical.trust import check_keys
from backup.physical.turn import alone
from backup.physical.verify import verify
from server.backup.places import keys_of, physical_root
from server.connection import settings_for


@dataclass(frozen=True)
class Site:
    """The running PostgreSQL inside, and where its backups are."""

    postgres: Postgres
    place: Place
    store: Store
    settings: Settings


def verified(store: Store, manifest: Manifest, place: Place) -> Manifest:
    """Verify it, and write down how that went. Raises `BackupError`."""
    with contextlib.suppress(KeyError):  # of one that builds on nothing `verify` tells
        check_keys(store, store.chain(manifest))  # a wrong key says nothing about the backup
    try:
        good = verify(store, manifest, place, account_for(place))
    except BackupError:
        record(store, manifest, good=False)
        raise
    record(store, manifest, good=True)
    return good


def record(store: Store, manifest: Manifest, *, good: bool) -> None:
    """That it was verified."""
    history.record(Folder(store.root), history.VERIFIED, manifest.id, good=good, kind="physical")


def inside_only(settings: Settings) -> None:
    if settings.database_url is not None:
        raise ConfigurationError(
            "Physical backups are of the PostgreSQL inside: for the database of a URL, make logical ones."
        )


def end_in_order() -> None:
    """At SIGTERM, with nothing left behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


@contextlib.contextmanager
def a_site(data_dir: Path | None, identities: Sequence[Any] = ()) -> Iterator[Site]:
    """The PostgreSQL inside, and nobody else at its backups. SIGTERM ends it in order."""
    settings = settings_for(data_dir)
    inside_only(settings)
    end_in_order()
    with running(settings.data_dir) as postgres:
        place = Place(settings.data_dir.resolve())
        store = store_of(place, physical_root(settings), keys_of(settings, identities))
        with alone(store):
            yield Site(postgres, place, store, settings)
