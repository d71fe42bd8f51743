"""What leads back from an upgrade that was made already: for the next call, where the one that made it could not say so."""

import contextlib
import re
from pathlib import Path

from api.database.embedded import binaries
from api.database.embedded.place import Place as DataDirectory
from api.database.schema import REVISION
from backup import history
from backup.errors import BackupError
from backup.manifest import Manifest, digest_of
from backup.physical.moment import Moment, choose, named_points
from backup.physical.store import Store
from backup.place import LOGICAL, Place

_AT_THE_END = re.compile(r"\d{8}T\d{6}Z$")


def to_name(name: str, data_dir: Path, *, encrypted: bool) -> str:
    key = " --identity FILE" if encrypted else ""
    return f"todo-server backup restore --name {name} --data-dir {data_dir}{key}, then the version before"


def to_older(aside: Path, cluster: Path) -> str:
    return f"mv {cluster} {cluster}.{binaries.major_version()} && mv {aside} {cluster}, then the version before"


def to_backup(name: str) -> str:
    return f"the version before, then todo-server backup restore {name} --into URL, of an empty database"


def set_aside(data_dir: Path) -> Path | None:
    """The newest cluster of an older PostgreSQL that an upgrade has set aside here."""
    found = [
        path for path in data_dir.glob("postgres.before-*") if _major(path) not in (None, binaries.major_version())
    ]
    return max(found, default=None)


def from_inside(store: Store, data_dir: Path) -> str | None:
    """The command of the newest upgrade, as long as it still leads somewhere."""
    names = [point["name"] for point in named_points(store) if point["name"].startswith(f"before-{REVISION}-from-")]
    encrypted = bool(store.keys.recipients)
    found = [
        (_time(name), to_name(name, data_dir, encrypted=encrypted)) for name in names if _is_within_reach(store, name)
    ]
    aside = set_aside(data_dir)
    if aside is not None:
        found.append((_time(aside.name), to_older(aside, DataDirectory(data_dir).cluster)))
    return max(found, default=(None, None))[1]


def from_named(place: Place, database: str) -> str | None:
    """The same for the database of a URL: its newest verified backup, where that is of an older schema."""
    verified = history.verified_digests(place)
    for name in reversed(place.ids(LOGICAL)):
        with (
            contextlib.suppress(BackupError, FileNotFoundError),
            place.reading(LOGICAL, name, "manifest.json") as folder,
        ):
            manifest = Manifest.read(folder, name)[0]
            if manifest.database == database and digest_of(folder) in verified:
                return to_backup(name) if manifest.schema_revision != REVISION else None
    return None


def _major(cluster: Path) -> int | None:
    try:
        return int((cluster / "PG_VERSION").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _is_within_reach(store: Store, name: str) -> bool:
    try:
        choose(store, Moment(name=name))
    except BackupError:
        return False
    return True


def _time(name: str) -> str:
    found = _AT_THE_END.search(name)
    return found[0] if found else ""
