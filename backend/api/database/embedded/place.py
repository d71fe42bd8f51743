"""The data directory: which folder holds what.

postgres/   the cluster            postgres.new/   the same while it is being made
postgres.restored/   one from a backup, until postgres/ is out of its way
secrets/    the passwords          log/            PostgreSQL's log, one file a weekday
wal/        segments of PostgreSQL's write-ahead log until they are kept beside the backups
socket/     the way to it, unless the path is too long for a socket
*.lock      who may use it (lock.py)
"""

import hashlib
import os
import pwd
import re
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from api.database.embedded.errors import EmbeddedError

SYSTEM_USER = "todo-postgres"
"""Runs PostgreSQL for root where user namespaces are blocked (account.py)."""

_SOCKET_PATH_MAX = 90
"""Bytes. Linux allows 107 for the whole path, of which PostgreSQL's file name and its `.lock` take the rest."""
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")
"""Everything else means something in a list of hosts, a list of directories or a URL."""


@dataclass(frozen=True)
class Place:
    """The paths of one data directory, absolute and without symbolic links."""

    data_dir: Path

    @property
    def cluster(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def unfinished_cluster(self) -> Path:
        return self.data_dir / "postgres.new"

    @property
    def restored_cluster(self) -> Path:
        return self.data_dir / "postgres.restored"

    @property
    def log(self) -> Path:
        return self.data_dir / "log"

    @property
    def start_log(self) -> Path:
        """What PostgreSQL says before its own log is open."""
        return self.log / "start.log"

    def archive_of(self, cluster: Path) -> Path:
        """Where PostgreSQL leaves the finished segments of its log: a folder for each cluster that was ever here."""
        return self.data_dir / "wal" / system_identifier(cluster)

    @property
    def superuser_password(self) -> Path:
        return self.data_dir / "secrets" / "postgres_password"

    @property
    def owner_password(self) -> Path:
        return self.data_dir / "secrets" / "todo_password"

    @property
    def socket(self) -> Path:
        """The private folder of the socket: the same for every process that uses this data directory."""
        inside = self.data_dir / "socket"
        if len(os.fsencode(inside)) <= _SOCKET_PATH_MAX and _PLAIN_PATH.fullmatch(str(inside)):
            return inside
        # Neither TMPDIR nor XDG_RUNTIME_DIR: a server and a command started elsewhere would look in different folders.
        parent = Path("/run") if os.geteuid() == 0 and os.access("/run", os.W_OK) else Path("/tmp")  # noqa: S108 # nosec B108
        return parent / f"todo-{hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]}"


def system_identifier(cluster: Path) -> str:
    """The number that a cluster and all its copies share, made by initdb. Raises `OSError`."""
    with (cluster / "global" / "pg_control").open("rb") as file:
        return str(int.from_bytes(file.read(8), sys.byteorder))


def make_private(directory: Path, owner: int) -> None:
    """A folder of mode 0700 that belongs to the user id `owner`. Raises `EmbeddedError` where somebody else has it."""
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if owner != os.geteuid():
            os.chown(directory, owner, -1)
    found = directory.lstat()
    if (
        not stat.S_ISDIR(found.st_mode)
        or found.st_uid not in (owner, os.geteuid())
        or stat.S_IMODE(found.st_mode) & 0o077
    ):
        raise EmbeddedError(
            f"{directory} is not a folder of our own with mode 0700: remove it, or choose another --data-dir."
        )
    if found.st_uid != owner:
        os.chown(directory, owner, -1)


def user_name(uid: int) -> str:
    """The name of a user id, or the number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def system_user_id() -> int | None:
    """The user id of `SYSTEM_USER`, where the machine has it."""
    try:
        return pwd.getpwnam(SYSTEM_USER).pw_uid
    except KeyError:
        return None
