"""Whether a backup is ours: opened and looked at before any row of it is read."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.database.migrations import known_revisions
from backup.errors import BackupError
from backup.loading import check_files
from backup.manifest import Manifest, digest_of
from backup.place import LOGICAL, Place
from backup.signature import own_public_key


@dataclass(frozen=True)
class Opened:
    """A backup whose files are what its maker signed."""

    folder: Path
    manifest: Manifest
    digest: str


@contextlib.contextmanager
def opened(place: Place, name: str, data_dir: Path, signed_by: Sequence[str], *, has_key: bool) -> Iterator[Opened]:
    """Raises `Damaged`, and `BackupError` where it was made by others, by a newer version, or needs a key."""
    with place.reading(LOGICAL, name) as folder:
        manifest, signer = Manifest.read(folder, name)
        if signer not in (signed_by or (own_public_key(data_dir),)):
            raise BackupError(
                f"The backup {name} is signed by {signer}, which this data directory does not know: compare it with the key"
                " that `todo-server backup create` named, and pass --signed-by to trust it."
            )
        if manifest.schema_revision not in known_revisions():
            raise BackupError(
                f"The backup {name} was made by version {manifest.app_version} with the schema {manifest.schema_revision},"
                " which this version does not know: use that version."
            )
        if manifest.encrypted and not has_key:
            raise BackupError(f"The backup {name} is encrypted: pass --identity with the file of the private key.")
        check_files(folder, manifest)
        yield Opened(folder, manifest, digest_of(folder))
