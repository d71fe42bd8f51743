"""What the servers and commands of a drill are told: nothing of the server that is really used."""

import os
import re
from pathlib import Path

from backup.drill.keyring import Keyring

_FOREIGN = re.compile(r"TODO_|JWT_|(NEON_)?DATABASE_URL|PUBLIC_URL|REGISTRATION|ALLOWED_ORIGINS|TRUSTED_PROXIES")


def environment(root: Path, backups: str, keys: Keyring | None) -> dict[str, str]:
    """Backups go to `root`; they learn the public key alone."""
    kept = {name: value for name, value in os.environ.items() if not _FOREIGN.match(name)}
    recipients = {"TODO_BACKUP_RECIPIENTS": keys.recipients} if keys else {}
    return {**kept, **recipients, "TODO_BACKUP_DIR": str(root), "TODO_BACKUPS": backups, "TODO_RATE_LIMIT": "off"}
