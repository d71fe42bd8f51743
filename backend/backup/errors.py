"""The errors of backups. Each is one sentence for the operator."""


class BackupError(Exception):
    """Something is refused, and nothing has changed; `str(error)` says why and what to do."""


class Damaged(BackupError):
    """A backup is not what was written, or not what it says; it must not be restored."""
