"""Who may use the data directory.

    server.lock   held by the one `serve`, from its start to its end
    owner.lock    held by whoever runs PostgreSQL: the server, or an administrator's command while there is no server
    use.lock      shared by the commands that use somebody else's PostgreSQL;
                  exclusive while its owner starts or stops it, which therefore waits for them

They are flocks: the kernel drops them with the process that held them, however it ended.
"""

import fcntl
import os
import time
from pathlib import Path

_STEP = 0.05
"""Seconds between two tries."""


class Lock:
    """One lock file, made where it is missing and never removed (a removed one could be held twice)."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False, within: float = 0) -> bool:
        """Take it, or turn a held one from shared to exclusive or back; False if others keep it `within` seconds."""
        deadline = time.monotonic() + within
        while True:
            try:
                fcntl.flock(self._descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(_STEP)
            else:
                return True

    def sign(self) -> None:
        """Write down the process that holds it, for those who are refused."""
        # Always of one length: it then needs no new block, which a full disk would not have.
        os.pwrite(self._descriptor, f"{os.getpid():<20}".encode(), 0)

    def holder(self) -> str:
        """The process that signed it last, as words for a sentence."""
        number = os.pread(self._descriptor, 20, 0).decode(errors="replace").strip()
        return f"process {number}" if number.isdecimal() else "its process number is unknown"

    def release(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Release it for good."""
        os.close(self._descriptor)


class Locks:
    """The three locks of a data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.server = Lock(data_dir / "server.lock")
        self.owner = Lock(data_dir / "owner.lock")
        self.use = Lock(data_dir / "use.lock")

    def close(self) -> None:
        for lock in (self.server, self.owner, self.use):
            lock.close()
