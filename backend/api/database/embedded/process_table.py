"""Which processes work on a cluster, found in /proc: by what they are, never by a process id somebody wrote down.

A server that was killed leaves its PostgreSQL behind, a killed PostgreSQL leaves its backends, a killed first start
leaves an initdb; and the process id in postmaster.pid may by now belong to anybody.
"""

import itertools
import os
import signal
import subprocess
import time
from pathlib import Path

from api.database.embedded.account import as_system_user
from api.database.embedded.place import system_user_id

_PROGRAMS = {"postgres", "initdb", "unshare", "setpriv"}
_STEP = 0.02
"""Seconds between two looks."""


def of_cluster(cluster: Path) -> dict[int, int]:
    """The living processes of PostgreSQL that work on the folder `cluster`: {process id: parent's process id}."""
    try:
        folder = cluster.stat()
    except FileNotFoundError:
        return {}
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (parent := _parent_if_of(entry, cluster, folder)) is not None:
            found[int(entry.name)] = parent
    return found


def heads(processes: dict[int, int]) -> list[int]:
    """Those whose parent is not among them: a postmaster, or backends that lost theirs."""
    return [process for process, parent in processes.items() if parent not in processes]


def send(processes: list[int], what: signal.Signals) -> None:
    """Send a signal to those that still live."""
    for process in processes:
        try:
            os.kill(process, what)
        except ProcessLookupError:
            continue


def gone_within(seconds: float, cluster: Path) -> bool:
    """Whether no process works on the cluster any more, waiting up to `seconds` for it."""
    deadline = time.monotonic() + seconds
    while of_cluster(cluster):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_STEP)
    return True


def _parent_if_of(entry: Path, cluster: Path, folder: os.stat_result) -> int | None:
    try:
        arguments = (entry / "cmdline").read_bytes().split(b"\0")
        if not (_program(entry, arguments) & _PROGRAMS):
            return None
        # The folder of the options counts too: it takes a moment from the start until PostgreSQL works inside its own.
        named = (b"-D", os.fsencode(cluster)) in itertools.pairwise(arguments)
        if not named and not _works_inside(entry, folder, cluster):
            return None
        state, parent = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state in ("Z", "X") else int(parent)


def _program(entry: Path, arguments: list[bytes]) -> set[str]:
    """Its names: as it calls itself, and, where we may know it, of its file (which an upgrade may have deleted)."""
    names = {Path(os.fsdecode(arguments[0])).name}
    try:
        names.add((entry / "exe").readlink().name.removesuffix(" (deleted)"))
    except PermissionError:
        names.add((entry / "comm").read_text(encoding="utf-8", errors="replace").strip())
    return names


def _works_inside(entry: Path, folder: os.stat_result, cluster: Path) -> bool:
    try:
        return os.path.samestat((entry / "cwd").stat(), folder)
    except PermissionError:
        return _works_inside_as_it_sees(entry, cluster)


def _works_inside_as_it_sees(entry: Path, cluster: Path) -> bool:
    """The same for a process of our system user, which in a container even root may not look into: that user may."""
    uid = entry.stat().st_uid
    if os.geteuid() != 0 or uid != system_user_id():
        return False
    look = (*as_system_user(uid).prefix, "readlink", str(entry / "cwd"))
    seen = subprocess.run(look, capture_output=True, stdin=subprocess.DEVNULL, check=False).stdout
    return seen.removesuffix(b"\n") == os.fsencode(cluster)
