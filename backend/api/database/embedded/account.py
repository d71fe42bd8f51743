"""As whom PostgreSQL runs, since it refuses to run as root.

An ordinary user runs it directly. Root runs it in a user namespace, where root's own files seem to belong to somebody
else: it works below folders that only root can enter, and no mode needs to change. Where namespaces are blocked (as
most containers do) or do not reach the folder, a system user runs it, with the right to pass through closed folders.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from api.database.embedded import binaries
from api.database.embedded.errors import EmbeddedError
from api.database.embedded.place import SYSTEM_USER, Place, system_user_id

_LONGEST_PROGRAM = 20
"""Seconds that one of the small programs here may take."""


@dataclass(frozen=True)
class Account:
    """`prefix` goes before the command line of a program of PostgreSQL; `uid` owns its files, seen from here.

    The programs in `prefix` replace themselves by the one that follows, so that its process id is the one we started.
    """

    prefix: tuple[str, ...]
    uid: int

    def give(self, path: Path) -> None:
        """Make a file, or a folder with all that it holds, this account's own."""
        for folder, _, files in os.walk(path):
            for name in files:
                os.chown(Path(folder, name), self.uid, -1, follow_symlinks=False)
            os.chown(folder, self.uid, -1)
        if not path.is_dir():
            os.chown(path, self.uid, -1)


def account_for(place: Place) -> Account:
    """As whom to run the PostgreSQL of `place`. Raises `EmbeddedError` where root finds no way."""
    if os.geteuid() != 0:
        return Account((), os.geteuid())
    owner = place.cluster.stat().st_uid if place.cluster.exists() else 0
    in_namespace = _account_in_namespace()
    if owner == 0 and _can_work(in_namespace, place):
        return in_namespace
    account = _system_account()
    if not _can_work(account, place):
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root, and the user {SYSTEM_USER} cannot reach {place.data_dir} or the "
            f"programs in {binaries.directory()}: run todo-server as an ordinary user, or choose another --data-dir."
        )
    if place.cluster.exists() and owner != account.uid:
        account.give(place.cluster)
    return account


def _account_in_namespace() -> Account:
    # initdb looks its user up, so it must be one that this machine has; which one makes no difference.
    inside = next((entry for entry in pwd.getpwall() if entry.pw_uid), None)
    mapping = (f"--map-user={inside.pw_uid}", f"--map-group={inside.pw_gid}") if inside else ()
    return Account(("unshare", "--user", *mapping, "--"), 0)


def _can_work(account: Account, place: Place) -> bool:
    program = binaries.directory() / "postgres"
    where = place.cluster if place.cluster.exists() and place.cluster.stat().st_uid == account.uid else place.data_dir
    question = ("test", "-x", str(program), "-a", "-w", str(where), "-a", "-x", str(where))
    return _succeeds(*account.prefix, *question)


def _system_account() -> Account:
    uid = system_user_id()
    if uid is None:
        useradd = ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")
        _succeeds(*useradd, "--shell", "/usr/sbin/nologin", SYSTEM_USER)
        uid = system_user_id()
    if uid is None:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root, user namespaces are blocked, and the system user "
            f"{SYSTEM_USER} could not be made: run todo-server as an ordinary user."
        )
    return as_system_user(uid)


def as_system_user(uid: int) -> Account:
    """The system user with this id, who may pass through closed folders."""
    identity = (f"--reuid={uid}", f"--regid={pwd.getpwuid(uid).pw_gid}", "--clear-groups")
    # Without the last one access(2), by which PostgreSQL looks for its own program, would not count the right.
    passing = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup")
    return Account(("setpriv", *identity, *passing, "--"), uid)


def _succeeds(*command: str) -> bool:
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_LONGEST_PROGRAM, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
