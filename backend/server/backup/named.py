"""What the operator names on the command line, or leaves to us: a backup, a database."""

from api.database.url import Target, UnusableUrl, parse_url
from backup.errors import BackupError
from backup.place import LOGICAL, Place


def newest(place: Place) -> str:
    """The id of the newest backup. Raises `BackupError` where there is none."""
    found = place.ids(LOGICAL)
    if not found:
        raise BackupError(f"There are no backups in {place}: `todo-server backup create` makes one.")
    return found[-1]


def named_target(url: str) -> Target:
    """The database of a URL on the command line, without a pooler between; its password is in PGPASSWORD or in libpq's file
    of passwords. Raises `BackupError`."""
    try:
        target = parse_url(url).unpooled
    except UnusableUrl as error:
        raise BackupError(f"The URL cannot be used: {error}.") from None
    if target.password is not None:
        raise BackupError(
            "The URL holds a password, which everybody on this machine could read: leave it out, and set PGPASSWORD."
        )
    return target
