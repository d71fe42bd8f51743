"""Makes and verifies a backup every day, in a process of its own that takes only what nobody else wants."""

import contextlib
import logging
import os
import random
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from backup.errors import BackupError
from backup.physical.programs import last_words

log = logging.getLogger("todo.backup")

DAILY = timedelta(hours=23)
"""From one backup to the next; verified, it is then never older than a day."""
LONGEST_END = 10.0
_FIRST, _JITTER = 90.0, 60.0
_AGAIN = 3600.0
_IN_ORDER = 8.0
"""Seconds: until it has surely ended; to the first look after the start and between looks; after a backup, good or not;
that one which is being made has for leaving in order."""
_GENTLY = ("nice", "-n", "19", "ionice", "-c", "3")

Due = Callable[[], Sequence[str] | None]
"""What `command` is to be told beside when it is to run now; None while it is not."""


class Daily:
    """`command` makes, verifies and prunes."""

    def __init__(self, due: Due, command: Sequence[str], ending: threading.Event) -> None:
        self._due, self._command, self._ending = due, command, ending
        self._said = ""

    def run(self) -> None:
        # Many servers that were started together shall not begin together.
        wait = _FIRST + random.uniform(0, _JITTER)  # noqa: S311
        while not self._ending.wait(wait):
            wait = _FIRST
            try:
                more = self._due()
                if more is not None:
                    wait = _AGAIN
                    self._make(more)
            except Exception as error:  # noqa: BLE001 - nobody above this thread would hear of it
                known = isinstance(error, BackupError)
                self._say(f"no backup can be made: {error if known else f'{type(error).__name__} {error}'}")
                wait = _AGAIN

    def _make(self, more: Sequence[str]) -> None:
        process = subprocess.Popen(
            [*_GENTLY, *self._command, *more],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        said = self._words_of(process)
        if self._ending.is_set():
            return
        if process.returncode:
            self._say(f"the daily backup failed: {last_words(said)}")
        else:
            self._said = ""

    def _words_of(self, process: subprocess.Popen[bytes]) -> bytes:
        """When it has ended, as it must soon when the server does."""
        while True:
            try:
                return process.communicate(timeout=1)[1]
            except subprocess.TimeoutExpired:
                if self._ending.is_set():
                    break
        process.terminate()
        try:
            return process.communicate(timeout=_IN_ORDER)[1]
        except subprocess.TimeoutExpired:  # within a call that hears no signal
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            return process.communicate()[1]

    def _say(self, what: str) -> None:
        """Once, until it is well again."""
        if what != self._said:
            log.error("%s; trying again every hour", what.rstrip("."))
        self._said = what
