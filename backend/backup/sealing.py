"""For a server that cannot read what it encrypts: verified in the clear, below the data directory, and then encrypted."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from api.database.url import Target
from backup import history
from backup.creating import create
from backup.folder import Folder
from backup.manifest import Manifest, TableCopy, digest_of
from backup.place import LOGICAL, Place
from backup.signature import Signer
from backup.streams import packing, unpacked
from backup.verifying import verify

_MAKING = "making-logical"


def create_sealed(target: Target, place: Place, data_dir: Path, recipients: Sequence[str]) -> str:
    """The id of one that was verified before it was encrypted. Raises `BackupError` and `OSError`; then nothing is kept.

    Whoever calls this is the only one that does in this data directory.
    """
    making = data_dir / _MAKING
    shutil.rmtree(making, ignore_errors=True)  # of one that was killed
    try:
        clear = Folder(making)
        name = create(target, clear, data_dir).id
        verify(clear, name, data_dir)
        _seal(clear, name, place, data_dir, recipients)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return name


def _seal(clear: Folder, name: str, place: Place, data_dir: Path, recipients: Sequence[str]) -> None:
    with clear.reading(LOGICAL, name) as source, place.making(LOGICAL, name) as folder:
        read, _ = Manifest.read(source, name)
        tables = tuple(_encrypted(source, folder, table, recipients) for table in read.tables)
        sealed = read.model_copy(update={"encrypted": True, "recipients": tuple(recipients), "tables": tables})
        sealed.write(folder, Signer(data_dir))
        digest = digest_of(folder)
    history.record(
        place, history.VERIFIED, name, good=True, manifest_sha256=digest, rows=sealed.rows, before_encryption=True
    )


def _encrypted(source: Path, folder: Path, table: TableCopy, recipients: Sequence[str]) -> TableCopy:
    path = folder / f"{table.file}.age"
    with packing(path, recipients) as (packer, counted):
        for piece in unpacked(source / table.file, (), table.raw_bytes):
            packer.write(piece)
    return table.model_copy(update={"file": path.name, "sha256": counted.sha256, "bytes": counted.bytes})
