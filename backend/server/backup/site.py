"""The PostgreSQL inside and its physical backups, as commands find them."""

import contextlib
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.database.embedded import Postgres, running
from api.database.embedded.account import Account, account_for
from api.database.embedded.place import Place
from api.settings import ConfigurationError, Settings
from backup import history
from backup.errors import BackupError
from backup.folder import Folder
from backup.physical.create import store_of
from backup.physical.manifest import Manifest
from backup.physical.store import Store
from backup.physical.turn import alone
from backup.physical.verify import verify as verify_one
from server.backup.places import physical_root
from server.connection import settings_for


@dataclass(frozen=True)
class Site:
    """The running PostgreSQL inside, and where its backups are."""

    postgres: Postgres
    place: Place
    store: Store
    account: Account
    settings: Settings

    def verify(self, manifest: Manifest) -> Manifest:
        """Verify it, and write down how that went."""
        folder = Folder(self.store.root)
        try:
            verified = verify_one(self.store, manifest, self.place, self.account)
        except BackupError:
            history.record(folder, history.VERIFIED, manifest.id, good=False, kind="physical")
            raise
        history.record(folder, history.VERIFIED, manifest.id, good=True, kind="physical")
        return verified


def inside_only(settings: Settings) -> None:
    if settings.database_url is not None:
        raise ConfigurationError(
            "Physical backups are of the PostgreSQL inside: for the database of a URL, make logical ones."
        )


@contextlib.contextmanager
def a_site(data_dir: Path | None) -> Iterator[Site]:
    """The PostgreSQL inside, and nobody else at its backups. SIGTERM ends it in order."""
    settings = settings_for(data_dir)
    inside_only(settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with running(settings.data_dir) as postgres:
        place = Place(settings.data_dir.resolve())
        store = store_of(place, physical_root(settings))
        with alone(store):
            yield Site(postgres, place, store, account_for(place), settings)
