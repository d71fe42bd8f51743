"""Who may use the data directory.

    server.lock   held by the one `serve`, from its start to its end
    owner.lock    held by whoever runs PostgreSQL: the server, or an administrator's command while there is no server
    use.lock      shared by the commands that use somebody else's PostgreSQL;
                  exclusive while its owner starts or stops it, which therefore waits for them

They are flocks: the kernel drops them with the process that held them, however it ended.
"""

import contextlib
import fcntl
import os
import time
from pathlib import Path

_STEP = 0.05
"""Seconds between two tries."""


SERVER = "server.lock"
_SIGNATURE, _NOTE = 20, 300
"""Bytes."""


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
        os.pwrite(self._descriptor, f"{os.getpid():<{_SIGNATURE}}{'':<{_NOTE}}".encode(), 0)

    def note(self, text: str) -> None:
        """Something more for others to read, of the one who signed."""
        # Of one length as well, in the block that is there.
        os.pwrite(self._descriptor, f"{text:<{_NOTE}}".encode()[:_NOTE], _SIGNATURE)

    def holder(self) -> str:
        """The process that signed it last, as words for a sentence."""
        number = os.pread(self._descriptor, _SIGNATURE, 0).decode(errors="replace").strip()
        return f"process {number}" if number.isdecimal() else "its process number is unknown"

    def release(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Release it for good."""
        os.close(self._descriptor)


class Locks:
    """The three locks of a data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.server = Lock(data_dir / SERVER)
        self.owner = Lock(data_dir / "owner.lock")
        self.use = Lock(data_dir / "use.lock")

    def close(self) -> None:
        for lock in (self.server, self.owner, self.use):
            lock.close()


def write_address(data_dir: Path, host: str, port: int) -> None:
    """Where the server that holds `server.lock` listens, for `serving_at`."""
    with contextlib.closing(Lock(data_dir / SERVER)) as lock:
        lock.note(f"{port} {host}")


def serving_at(data_dir: Path) -> tuple[str, int] | None:
    """Host and port of the server that runs on this data directory; None where none does, or it has not written them."""
    note = ""
    try:
        with (data_dir / SERVER).open("rb") as file:
            number, note = file.read(_SIGNATURE).strip(), file.read(_NOTE).decode(errors="replace").strip()
        # Not by the lock: a server that starts while it is tried would take it for somebody else's.
        os.kill(int(number), 0)
    except PermissionError:
        pass  # it runs, for somebody else
    except (OSError, ValueError):
        return None
    port, _, host = note.partition(" ")
    return (host, int(port)) if host and port.isdecimal() else None
