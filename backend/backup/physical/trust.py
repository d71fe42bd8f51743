"""Whether a physical backup is ours, whole, and can be opened: looked at before anything is made of it."""

from backup.errors import BackupError, Damaged
from backup.physical.keys import sha256_of
from backup.physical.manifest import Manifest
from backup.physical.replay import missing_between, segments
from backup.physical.store import Store


def check_keys(store: Store, chain: list[Manifest]) -> None:
    """That those of a chain can be read, and are trusted. Raises `BackupError` where a key is missing or wrong."""
    if chain[-1].recipients and not store.keys.identities:
        raise BackupError(f"The backup {chain[-1].id} is encrypted: pass --identity with the file of the private key.")
    for manifest in chain:
        check_trusted(store, manifest)
        for name in manifest.files:
            path = store.folder(manifest) / name
            if path.suffix == ".age" and path.exists() and not store.keys.opens(path):
                check_files(store, manifest)
                raise BackupError(
                    f"The backup {manifest.id} was encrypted for another key: --identity is the wrong one."
                )


def check_signed(store: Store, manifest: Manifest) -> None:
    """What can be said of an encrypted backup without the private key. Raises `BackupError`."""
    for each in store.chain(manifest):
        check_trusted(store, each)
        check_files(store, each)
    if gap := missing_between(segments(store), manifest.stop_segment, manifest.mark_segment):
        raise Damaged(f"The segment {gap} of the log is missing: the backup {manifest.id} is not whole.")


def check_trusted(store: Store, manifest: Manifest) -> None:
    """By whom it was made. Of one that is not encrypted it does not matter: without its signature it would be taken as well,
    as those of earlier versions are. Raises `BackupError`."""
    if not manifest.recipients and store.keys.wanted:
        raise BackupError(
            f"The backup {manifest.id} is neither encrypted nor signed: where it was made before TODO_BACKUP_RECIPIENTS was"
            " set, and you trust it, restore without that and without --identity."
        )
    if manifest.recipients and manifest.signed_by is not None and not store.keys.knows(manifest.signed_by):
        raise BackupError(
            f"The backup {manifest.id} is signed by {manifest.signed_by}, which this data directory does not know: compare it"
            " with the key that you noted, and pass --signed-by to trust it."
        )


def check_files(store: Store, manifest: Manifest) -> None:
    """That they are what they were when the backup was made, which needs no private key. Raises `Damaged`.

    What is in an archive is checked once more when it is taken out: but a bit may be other there and the content the same.
    """
    for name, sum_ in manifest.files.items():
        path = store.folder(manifest) / name
        try:
            found = sha256_of(path)
        except FileNotFoundError:
            raise Damaged(f"{path} is missing: the backup {manifest.id} is not whole.") from None
        if found != sum_:
            raise Damaged(f"{path} is not what it was when the backup was made: the backup {manifest.id} is damaged.")
