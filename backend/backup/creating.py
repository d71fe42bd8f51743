"""Making a backup: the files, then the manifest, then its name."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from api.database.url import Target
from api.version import VERSION
from backup.age import recipient
from backup.dumping import Progress, dump
from backup.manifest import FORMAT, Manifest
from backup.place import LOGICAL, Place, made_at, new_backup_id
from backup.signature import Signer


def create(
    target: Target,
    place: Place,
    data_dir: Path,
    recipients: Sequence[str] = (),
    progress: Progress | None = None,
    *,
    older: bool = False,
) -> Manifest:
    """One logical backup of the database, not verified yet. Raises `BackupError`; then nothing is kept.

    With `older` the schema may be of an earlier version.
    """
    for text in recipients:
        recipient(text)
    name = new_backup_id(datetime.now(UTC))
    with place.making(LOGICAL, name) as folder:
        dumped = asyncio.run(dump(target, folder, recipients, place.free_bytes(), progress, older=older))
        manifest = Manifest(
            format=FORMAT,
            id=name,
            created_at=made_at(name),
            app_version=VERSION,
            schema_revision=dumped.revision,
            server_version=dumped.server_version,
            database=str(target),
            snapshot=dumped.snapshot,
            encrypted=bool(recipients),
            recipients=tuple(recipients),
            tables=dumped.tables,
        )
        manifest.write(folder, Signer(data_dir))
    return manifest
