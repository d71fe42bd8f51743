"""The place that the configuration names."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.settings import Settings
from backup.age import recipient
from backup.bucket import Bucket
from backup.folder import Folder
from backup.physical.keys import Keys
from backup.place import Place


def place_of(settings: Settings) -> Place:
    """`TODO_BACKUP_DIR`, a folder or `s3://BUCKET/PREFIX`; else `backups` below the data directory."""
    own = settings.data_dir / "backups"
    if settings.backup_dir and settings.backup_dir.startswith("s3://"):
        return Bucket(settings.backup_dir, own)
    return Folder(Path(settings.backup_dir).expanduser().absolute() if settings.backup_dir else own)


def physical_root(settings: Settings) -> Path:
    """The folder of physical backups and of the log: the place, or, where that is no folder, the one in the data directory."""
    return settings.backup_history


def keys_of(settings: Settings, identities: Sequence[Any] = (), signed_by: tuple[str, ...] = ()) -> Keys:
    """For whom physical backups and the log are encrypted, and who reads them. Raises `BackupError`.

    Where only a private key is given, what is kept of the log meanwhile is encrypted for that.
    """
    recipients = settings.backup_recipients or tuple(str(each.to_public()) for each in identities)
    for text in recipients:
        recipient(text)
    return Keys(settings.data_dir.resolve(), recipients, tuple(identities), signed_by)
