"""The place that the configuration names."""

from pathlib import Path

from api.settings import Settings
from backup.bucket import Bucket
from backup.folder import Folder
from backup.place import Place


def place_of(settings: Settings) -> Place:
    """`TODO_BACKUP_DIR`, a folder or `s3://BUCKET/PREFIX`; else `backups` below the data directory."""
    own = settings.data_dir / "backups"
    if settings.backup_dir and settings.backup_dir.startswith("s3://"):
        return Bucket(settings.backup_dir, own)
    return Folder(Path(settings.backup_dir).expanduser().absolute() if settings.backup_dir else own)


def physical_root(settings: Settings) -> Path:
    """The folder of physical backups and of the log: the place, or, where that is no folder, the one in the data directory."""
    return settings.backup_folder or settings.data_dir / "backups"
