"""A backup counts when it was restored and its tables held what they had held in the original."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

from api.database.embedded.account import Account
from api.database.embedded.place import Place
from backup.errors import BackupError
from backup.physical.fingerprints import fingerprints
from backup.physical.manifest import Manifest, Table, write_manifest
from backup.physical.recover import refuse_without_room, stage
from backup.physical.scratch import Scratch, recovered, scratch_folder
from backup.physical.store import Store


def verify(store: Store, manifest: Manifest, place: Place, account: Account) -> Manifest:
    """Restore it into a cluster of its own beside the one of `place`, up to its mark, and compare every table.

    The manifest says so afterwards. Raises `BackupError` where it does not recover, or holds anything else.
    """
    with as_marked(store, manifest, place, account) as running:
        found = asyncio.run(_tables(running))
    different = sorted(name for name in {*found, *manifest.tables} if found.get(name) != manifest.tables.get(name))
    if different:
        raise BackupError(
            f"The backup {manifest.id} is not good: {different[0]} came back different"
            + (f", and {len(different) - 1} other tables." if different[1:] else ".")
        )
    now = datetime.now(UTC)
    verified = manifest.model_copy(update={"verified_at": now, "decrypted_at": now if manifest.recipients else None})
    write_manifest(store.folder(manifest), verified)
    return verified


@contextlib.contextmanager
def as_marked(store: Store, manifest: Manifest, place: Place, account: Account) -> Iterator[Scratch]:
    """The backup as a cluster of its own, at the moment of its mark. Whoever calls this is `alone`. Raises `BackupError`."""
    refuse_without_room(place, manifest.cluster_bytes)
    with scratch_folder(place.data_dir / "recovering") as scratch:
        gap = stage(store, manifest, scratch, last=manifest.mark_segment)
        if gap:
            raise BackupError(f"{gap}: the backup {manifest.id} is not good.")
        with recovered(scratch, account, {"recovery_target_name": manifest.mark}, durable=False) as running:
            yield running


async def _tables(scratch: Scratch) -> dict[str, Table]:
    connection = await scratch.connect()
    try:
        return await fingerprints(connection)
    finally:
        await connection.close(timeout=5)
