"""A backup as a cluster's files again: taken out, checked file by file, and put together with the ones it builds on."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from api.database.embedded.place import Place
from backup.age import decrypted
from backup.errors import BackupError, Damaged
from backup.physical.keys import Keys
from backup.physical.manifest import Manifest
from backup.physical.programs import command, run
from backup.physical.store import Store
from backup.physical.trust import check_files, check_keys


def unpack(store: Store, manifest: Manifest, place: Place) -> None:
    """Make `place.cluster` of the backup. Raises `BackupError` where it is not whole to the last byte."""
    try:
        chain = store.chain(manifest)
    except KeyError as error:
        raise BackupError(f"The backup {manifest.id} builds on {error}, which is missing: choose another.") from None
    check_keys(store, chain)
    for each in chain:
        check_files(store, each)
    if len(chain) == 1:
        _take_out(store, manifest, place.cluster)
        return
    parts = [place.data_dir / "parts" / each.id for each in chain]
    for each, part in zip(chain, parts, strict=True):
        _take_out(store, each, part)
    run(
        command("pg_combinebackup", "--no-sync", *parts, "-o", place.cluster),
        f"Putting {manifest.id} together with what it builds on",
    )
    shutil.rmtree(place.data_dir / "parts")


def _take_out(store: Store, manifest: Manifest, cluster: Path) -> None:
    folder = store.folder(manifest)
    cluster.mkdir(mode=0o700, parents=True)
    for archive, into in (("base.tar.gz", cluster), ("pg_wal.tar.gz", cluster / "pg_wal")):
        into.mkdir(mode=0o700, exist_ok=True)
        path = folder / (f"{archive}.age" if manifest.recipients else archive)
        with _readable(path, store.keys) as source:
            options = ("--extract", "--gzip", "--no-same-owner", "--file", "-", "--directory", str(into))
            run(["tar", *options], f"Unpacking {path}", source=source)
    cluster.chmod(0o700)
    shutil.copyfile(folder / "backup_manifest", cluster / "backup_manifest")
    # Every file's SHA-256, and that the log which belongs to the backup can be read.
    run(command("pg_verifybackup", "--exit-on-error", "--quiet", cluster), f"Checking {folder}")


@contextlib.contextmanager
def _readable(path: Path, keys: Keys) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as file:
            if path.suffix != ".age":
                yield file
                return
            with decrypted(file, keys.identities) as source:
                yield source
    except FileNotFoundError:
        raise Damaged(f"Unpacking {path} failed: it is missing.") from None
