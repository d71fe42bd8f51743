"""One more physical backup, and what the tables held at a moment after it, for whoever verifies it."""

import asyncio
import contextlib
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson

from api.database.embedded.place import Place, system_identifier
from api.version import VERSION
from backup.errors import BackupError
from backup.physical.keys import Keys, sha256_of
from backup.physical.manifest import Manifest, sign_manifest, write_manifest
from backup.physical.mark import Mark, set_mark
from backup.physical.programs import command, connecting, run
from backup.physical.replay import segments
from backup.physical.sealing import take_log
from backup.physical.store import Store, size_of
from backup.physical.wal import keep

FULL_DAYS = 7
"""An incremental backup builds on a full one of at most this age."""
_RESERVE = 256 * 2**20
"""Bytes that a backup leaves free on its disk: the service needs them to write."""
_FOR_THE_LOG = 60.0
"""Seconds for the log up to the mark to arrive beside the backups."""


def store_of(place: Place, root: Path, keys: Keys | None = None) -> Store:
    """Where the backups of the cluster in a data directory are kept, and by whom they can be read."""
    return Store(root, system_identifier(place.cluster), keys or Keys(place.data_dir))


def create(place: Place, store: Store, url: str, *, full: bool, rate: int | None = None) -> Manifest:
    """A backup of the running cluster, not yet verified; incremental where there is a full one to build on.

    `rate` bounds it to so many megabytes a second and spreads its checkpoint. It lies in `store.making`. Whoever calls this is
    `alone`. Raises `BackupError` and `OSError`, and leaves nothing then.
    """
    store.clear_unfinished()
    parent = None if full else _parent(store, datetime.now(UTC))
    if parent is not None:
        # PostgreSQL refuses where it cannot say what has changed since: after a restore, or ten days.
        with contextlib.suppress(BackupError):
            return _create(place, store, url, parent, rate)
    return _create(place, store, url, None, rate)


def _create(place: Place, store: Store, url: str, parent: Manifest | None, rate: int | None) -> Manifest:
    started = datetime.now(UTC)
    kind = "full" if parent is None else "incremental"
    name = f"{started:%Y%m%dT%H%M%SZ}-{kind}"
    making = store.making
    making.make()
    folder = making.backups / f"{name}.new"
    cluster_bytes = size_of(place.cluster)
    _refuse_without_room(store, cluster_bytes)
    _refuse_without_room(making, cluster_bytes)
    try:
        run(_base_backup(store, folder, name, parent, rate), "The backup", connecting(place))
        mark = asyncio.run(set_mark(url, f"backup-{name}", _range_end(folder)))
        manifest = Manifest(
            id=name,
            parent=parent.id if parent else None,
            system=store.system,
            timeline=mark.timeline,
            stop_segment=mark.stop_segment,
            mark_segment=mark.segment,
            started_at=started,
            finished_at=datetime.now(UTC),
            mark=mark.name,
            tables=mark.tables,
            server_version=mark.server_version,
            app_version=VERSION,
            bytes=size_of(folder),
            cluster_bytes=cluster_bytes,
            files={path.name: sha256_of(path) for path in sorted(folder.iterdir())},
        )
        if making is not store:
            take_log(place, mark, making)
        _wait_for_the_log(place, store, mark)
        if making is store and store.keys.data_dir:
            manifest = sign_manifest(folder, manifest, store.keys.signer)
        else:
            write_manifest(folder, manifest)
        folder.rename(making.folder(manifest))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return manifest


def _parent(store: Store, now: datetime) -> Manifest | None:
    """The newest verified backup whose full one is young enough, and which PostgreSQL can still compare with."""
    for manifest in reversed(store.manifests()):
        with contextlib.suppress(KeyError):
            alike = manifest.recipients == store.keys.recipients
            if alike and manifest.verified_at and (now - store.chain(manifest)[0].started_at).days < FULL_DAYS:
                return manifest
    return None


def _base_backup(store: Store, folder: Path, name: str, parent: Manifest | None, rate: int | None) -> list[str]:
    options = ["--format=tar", "--compress=client-gzip:1", "--wal-method=stream", "--manifest-checksums=SHA256"]
    options += [f"--pgdata={folder}", f"--label={name}", "--no-password"]
    options += ["--checkpoint=fast"] if rate is None else ["--checkpoint=spread", f"--max-rate={rate}M"]
    if parent is not None:
        options.append(f"--incremental={store.folder(parent) / 'backup_manifest'}")
    return command("pg_basebackup", *options)


def _range_end(folder: Path) -> str:
    """The LSN where the log that belongs to the backup ends."""
    end: str = orjson.loads((folder / "backup_manifest").read_bytes())["WAL-Ranges"][-1]["End-LSN"]
    return end


def _refuse_without_room(store: Store, cluster_bytes: int) -> None:
    free = shutil.disk_usage(store.backups).free
    if free < cluster_bytes + _RESERVE:
        raise BackupError(
            f"The disk of {store.root} has {free // 2**20} MB free, and a backup may need "
            f"{(cluster_bytes + _RESERVE) // 2**20} MB: free some space, or set TODO_BACKUP_DIR to another disk."
        )


def _wait_for_the_log(place: Place, store: Store, mark: Mark) -> None:
    deadline = time.monotonic() + _FOR_THE_LOG
    while not (found := segments(store).get(mark.segment)) or ".partial" in found.name:
        if time.monotonic() > deadline:
            raise BackupError(
                f"The log up to the end of the backup did not arrive in {store.wal}: see the server's messages."
            )
        time.sleep(0.1)
        keep(store, place.archive_of(place.cluster), patience=1.0)
