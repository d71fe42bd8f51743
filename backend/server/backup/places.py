"""The place that the configuration names."""

from pathlib import Path

from api.settings import Settings
from backup.place import Folder, Place


def place_of(settings: Settings) -> Place:
    """`TODO_BACKUP_DIR`, else `backups` below the data directory."""
    return Folder(
        Path(settings.backup_dir).expanduser().absolute() if settings.backup_dir else settings.data_dir / "backups"
    )
