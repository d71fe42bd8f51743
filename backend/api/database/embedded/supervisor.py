"""Starts PostgreSQL again when it dies under a running server."""

import logging
import threading

from api.database.embedded.account import Account
from api.database.embedded.errors import EmbeddedError
from api.database.embedded.place import Place
from api.database.embedded.postmaster import Postmaster, start
from api.telemetry import measures
from api.utils.secret_file import SecretFileError

_log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 3.0
"""Seconds between two attempts; short enough for requests to succeed again within 10 s once a start can succeed."""


class Supervisor:
    """Watches one PostgreSQL from a thread of its own, until it is told to stop it."""

    def __init__(self, place: Place, account: Account, postmaster: Postmaster) -> None:
        self._place = place
        self._account = account
        self._postmaster = postmaster
        self._ending = threading.Event()
        # Guards the step from "a new one has started" to "it is the one to stop".
        self._change = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="postgres-supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop PostgreSQL for good, also one that is just being started again."""
        self._ending.set()
        with self._change:
            self._postmaster.stop()
        self._thread.join(_LONGEST_PAUSE)

    def _watch(self) -> None:
        while True:
            status = self._postmaster.wait()
            if self._ending.is_set():
                return
            _log.error("PostgreSQL ended unexpectedly (status %d); starting it again", status)
            measures.postgres_restarts.add()
            self._start_again()

    def _start_again(self) -> None:
        pause = _FIRST_PAUSE
        while not self._ending.is_set():
            with self._change:
                if self._ending.is_set():
                    return
                try:
                    self._postmaster = start(self._place, self._account, self._ending.is_set)
                except (EmbeddedError, SecretFileError, OSError) as error:
                    if not self._ending.is_set():
                        _log.error("PostgreSQL could not be started again: %s", error)
                else:
                    _log.warning("PostgreSQL runs again")
                    return
            self._ending.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
