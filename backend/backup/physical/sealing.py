"""A backup that was made in the clear, below the data directory, goes encrypted and signed into the place of backups."""

import os
import shutil
from pathlib import Path

from api.database.embedded.configuration import sync_folder
from api.database.embedded.place import Place
from backup.physical.keys import sha256_of
from backup.physical.manifest import NAME, Manifest, sign_manifest
from backup.physical.mark import Mark
from backup.physical.programs import in_a_sentence
from backup.physical.store import Store, size_of

_PLAIN = "backup_manifest"
"""PostgreSQL's own, of names and sums: the next incremental backup begins with it, on a server without the private key."""


def take_log(place: Place, mark: Mark, making: Store) -> None:
    """The log from the end of the backup to its mark, in the clear, to verify it by: the place has it encrypted."""
    folder = making.receiving(mark.timeline)
    folder.mkdir(mode=0o700, exist_ok=True)
    for path in (place.cluster / "pg_wal").iterdir():
        if mark.stop_segment <= path.name <= mark.segment and len(path.name) == len(mark.segment):
            shutil.copyfile(path, folder / path.name)


def seal(making: Store, store: Store, manifest: Manifest) -> Manifest:
    """Nothing is left in `making`. Raises `BackupError`; then nothing new is in the place."""
    unfinished = store.backups / f"{manifest.id}.new"
    try:
        with in_a_sentence(f"Encrypting the backup into {store.root}"):
            return _seal(making, store, manifest, unfinished)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(making.root, ignore_errors=True)


def _seal(making: Store, store: Store, manifest: Manifest, unfinished: Path) -> Manifest:
    unfinished.mkdir(mode=0o700)
    files = {}
    for path in sorted(making.folder(manifest).iterdir()):
        if path.name != NAME:
            target = unfinished / (path.name if path.name == _PLAIN else f"{path.name}.age")
            if path.name == _PLAIN:
                shutil.copyfile(path, target)
            else:
                store.keys.encrypt(path, target)
            files[target.name] = sha256_of(target)
            with target.open("rb") as file:
                os.fsync(file.fileno())
    update = {"recipients": store.keys.recipients, "files": files, "bytes": size_of(unfinished)}
    sealed = sign_manifest(unfinished, manifest.model_copy(update=update), store.keys.signer)
    unfinished.rename(store.folder(sealed))
    sync_folder(store.backups)
    return sealed
