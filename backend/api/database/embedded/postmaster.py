"""One running PostgreSQL: started, waited for, stopped. Whoever calls this holds the owner's lock (lock.py)."""

import itertools
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable

from api.database.embedded import binaries
from api.database.embedded.account import Account
from api.database.embedded.cluster import ENVIRONMENT
from api.database.embedded.configuration import configure
from api.database.embedded.errors import EmbeddedError
from api.database.embedded.leftovers import stop_leftovers
from api.database.embedded.owner_role import make_ready
from api.database.embedded.place import Place, make_private

_LONGEST_FAST_STOP = 20.0
_LONGEST_IMMEDIATE_STOP = 5.0
_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 0.25
"""Seconds, all."""

_BEFORE_MESSAGE = re.compile(r"^.*\[\d+\] [A-Z]+: +")


class Postmaster:
    """The PostgreSQL that this process started."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def is_running(self) -> bool:
        return self._process.poll() is None

    def wait(self) -> int:
        """Wait until it has ended; its exit status, negative after a signal."""
        return self._process.wait()

    def stop(self) -> None:
        """End it, by a fast shutdown where that ends in time; else so that the next start has to recover."""
        for what, seconds in (
            (signal.SIGINT, _LONGEST_FAST_STOP),
            (signal.SIGQUIT, _LONGEST_IMMEDIATE_STOP),
            (signal.SIGKILL, _LONGEST_IMMEDIATE_STOP),
        ):
            self._process.send_signal(what)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return


def start(place: Place, account: Account, give_up: Callable[[], bool]) -> Postmaster:
    """Start PostgreSQL and wait until the application can connect.

    A PostgreSQL, or a part of one, that outlived its owner is stopped first. Raises `EmbeddedError`, also where
    `give_up` says so while it waits; nothing of ours runs on then.
    """
    if not place.superuser_password.exists():
        raise EmbeddedError(
            f"{place.superuser_password} is missing, without which the database in {place.cluster} cannot be opened: "
            "put it back from a backup."
        )
    make_private(place.log, account.uid)
    make_private(place.socket, account.uid)
    archive = place.archive_of(place.cluster)
    archive.parent.mkdir(mode=0o700, exist_ok=True)
    make_private(archive, account.uid)
    while True:
        stop_leftovers(place)
        configure(place.cluster, place, account)
        postmaster = _spawn(place, account)
        if _becomes_ready(place, postmaster, give_up):
            return postmaster
        reason = _last_words(place)
        # Backends of a killed PostgreSQL that /proc does not show us (in a container) may hold its memory for a moment.
        if give_up() or "shared memory block" not in reason:
            raise EmbeddedError(f"PostgreSQL did not start in {place.cluster}: {reason}")
        time.sleep(_LONGEST_PAUSE)


def _spawn(place: Place, account: Account) -> Postmaster:
    command = (*account.prefix, str(binaries.directory() / "postgres"), "-D", str(place.cluster))
    with place.start_log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=place.data_dir,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C at the terminal is for the server, which then ends PostgreSQL in its own time.
            start_new_session=True,
        )
    return Postmaster(process)


def _becomes_ready(place: Place, postmaster: Postmaster, give_up: Callable[[], bool]) -> bool:
    ready = False
    pause = _FIRST_PAUSE
    try:
        while postmaster.is_running() and not give_up():
            ready = make_ready(place)
            if ready:
                break
            time.sleep(pause)
            # A long recovery should not be told in thousands of refused connections.
            pause = min(pause * 1.2, _LONGEST_PAUSE)
    finally:
        if not ready:
            postmaster.stop()
    return ready


def _last_words(place: Place) -> str:
    """Why it did not start, in PostgreSQL's own words: from the log that it wrote last."""
    if shutil.disk_usage(place.data_dir).free < 2**20:
        return f"the disk of {place.data_dir} is full; free some space and start again."
    for log in sorted(place.log.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True):
        text = log.read_text(encoding="utf-8", errors="replace")
        # Refused connections are ours, and say nothing.
        lines = [line for line in text.splitlines() if line.strip() and "FATAL:  the database system is" not in line][
            -20:
        ]
        # PostgreSQL names a wrong setting in the line before the one that says that there is one.
        serious = [
            before if "contains errors" in line else line
            for before, line in itertools.pairwise(["", *lines])
            if "FATAL:" in line or "PANIC:" in line
        ]
        useful = serious or lines
        if useful:
            return f"{_BEFORE_MESSAGE.sub('', useful[-1])} (from {log})"
    return f"it did not say why; see the files in {place.log}."
