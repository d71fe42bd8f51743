"""The server as shipped, on a data folder of its own: started, killed by others, started again."""

import asyncio
import contextlib
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from api.database.embedded import owner_role, process_table
from api.database.embedded.place import Place
from bench.server import environment
from durability.crash import victims

_SERVING = re.compile(r"Serving on (http://\S+)")
_STEP = 0.02
_LONGEST_START = 60.0
_LONGEST_STOP = 40.0
"""Seconds, all."""
_FAILURES_MAX = 5
"""Starts in a row that end by themselves."""
_PROGRAM = Path(sys.executable).parent / "todo-server"


class NotServing(Exception):
    """The server does not come back, though nobody keeps it from it; `str(error)` says how."""


class Site:
    """`todo-server serve` in `folder`. Whoever wants its address waits until there is one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = Place((folder / "data").resolve())
        self.log = folder / "server.log"
        self.starts = 0
        self.failed_starts = 0
        """It ended by itself: who kills PostgreSQL while it starts provokes that."""
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""
        self._up = asyncio.Event()

    @property
    def pid(self) -> int:
        """Of the main process that was started last."""
        return self._process.pid if self._process else 0

    @property
    def superuser_url(self) -> str:
        """The way into its database behind its back."""
        return owner_role.addresses(self.place).superuser_url

    async def url(self) -> str:
        """Once it serves."""
        await self._up.wait()
        return self._url

    async def keep(self) -> None:
        """Starts it, and again whenever its main process has ended; until cancelled. PostgreSQL is its own affair."""
        failures = 0
        try:
            while True:
                self._up.clear()
                failures = 0 if await self._started() else failures + 1
                self.failed_starts += failures > 0
                if failures > _FAILURES_MAX:
                    raise NotServing(f"{failures} starts in a row failed: see {self.log}")
                while self._is_running():  # noqa: ASYNC110 - the kernel tells a parent, not an event
                    await asyncio.sleep(_STEP)
        finally:
            self._up.clear()

    async def stop(self) -> None:
        """As an operator does, so that PostgreSQL ends cleanly; what does not end is killed."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _LONGEST_STOP
        while self._is_running() and time.monotonic() < deadline:  # noqa: ASYNC110 - as above
            await asyncio.sleep(_STEP)
        rest = victims.of("everything", self.pid, self.place.cluster, 0.0) if self._is_running() else []
        process_table.send(rest or list(process_table.of_cluster(self.place.cluster)), signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_LONGEST_STOP)

    async def _started(self) -> bool:
        """Starts it; False if it ended by itself instead of serving."""
        began = self.log.stat().st_size if self.log.exists() else 0
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - takes a millisecond
                [str(_PROGRAM), "serve", "--workers", "2", "--port", "0", "--data-dir", str(self.place.data_dir)],
                env=environment(TODO_RATE_LIMIT="off"),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us, who then stop it
            )
        deadline = time.monotonic() + _LONGEST_START
        while time.monotonic() < deadline:
            found = _SERVING.search(self._said_since(began))
            if found:
                self._url = found[1]
                self._up.set()
                return True
            if not self._is_running():
                return self._process.returncode == -signal.SIGKILL
            await asyncio.sleep(_STEP)
        raise NotServing(f"it does not serve {_LONGEST_START:.0f} s after its start: {self._said_since(began)[-500:]}")

    def _said_since(self, place: int) -> str:
        with self.log.open("rb") as log:
            log.seek(place)
            return log.read().decode(errors="replace")

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None
