"""The place that the configuration names."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.settings import Settings
from backup.age import recipient
from backup.bucket import Bucket
from backup.errors import BackupError
from backup.folder import Folder
from backup.physical.keys import Keys
from backup.place import Place


def place_of(settings: Settings) -> Place:
    """`TODO_BACKUP_DIR`, a folder or `s3://BUCKET/PREFIX`; else `backups` below the data directory."""
    own = settings.data_dir / "backups"
    if settings.backup_dir and settings.backup_dir.startswith("s3://"):
        return Bucket(settings.backup_dir, own)
    return Folder(physical_root(settings))


def physical_root(settings: Settings) -> Path:
    """The folder of physical backups and of the log: the place, or, where that is no folder, the one in the data directory.

    Raises `BackupError`.
    """
    if settings.backup_dir and not settings.backups_in_bucket:
        _refuse_unusable(settings.backup_folder)
    return settings.backup_folder


def _refuse_unusable(folder: Path) -> None:
    """Raises `BackupError` where the folder is none, or cannot be made."""
    try:
        there = folder.exists()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not there:
            folder.rmdir()
    except OSError as error:
        reason = "it is a file" if isinstance(error, FileExistsError | NotADirectoryError) else error.strerror
        raise BackupError(
            f"TODO_BACKUP_DIR is {folder}, which cannot be a folder of backups ({reason}): set it to a folder that this user"
            " may write to, or to s3://BUCKET/PREFIX for logical backups."
        ) from None


def keys_of(settings: Settings, identities: Sequence[Any] = (), signed_by: tuple[str, ...] = ()) -> Keys:
    """For whom physical backups and the log are encrypted, and who reads them. Raises `BackupError`.

    Where only a private key is given, what is kept of the log meanwhile is encrypted for that.
    """
    recipients = settings.backup_recipients or tuple(str(each.to_public()) for each in identities)
    for text in recipients:
        recipient(text)
    return Keys(settings.data_dir.resolve(), recipients, tuple(identities), signed_by)
