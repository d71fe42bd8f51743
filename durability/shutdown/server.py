"""The server as shipped, in a process of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_SERVING = re.compile(r"Serving on http://127\.0\.0\.1:(\d+)")
_OURS = re.compile(r"TODO_|JWT_|ACCESS_TOKEN|(NEON_)?DATABASE_URL|PUBLIC_URL|REGISTRATION|ALLOWED_|TRUSTED_")
EXIT_SECONDS = 60.0
"""After which a server that does not end is killed, so that the run can tell of it."""


@dataclass
class Server:
    """One that serves on `port` of this machine; `said` is what it printed."""

    process: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)

    def terminate(self) -> float:
        """SIGTERM; the time of it, as `time.monotonic`."""
        self.process.send_signal(signal.SIGTERM)
        return time.monotonic()

    def wait(self) -> int:
        """Its exit status; that of SIGKILL where it did not end by itself."""
        try:
            return self.process.wait(EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def start(data_dir: Path, workers: int) -> Server:
    """Starts one and waits until it serves. Raises `SystemExit` with what it said if it does not."""
    command = [str(Path(sys.executable).parent / "todo-server"), "serve", "--port", "0", "--workers", str(workers)]
    given = {"TODO_DATA_DIR": str(data_dir), "TODO_RATE_LIMIT": "off", "ACCESS_TOKEN_MINUTES": "1440"}
    environment = {name: value for name, value in os.environ.items() if not _OURS.match(name)} | given
    process = subprocess.Popen(
        command, env=environment, cwd=data_dir.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if found := _SERVING.search(line):
            threading.Thread(target=_read_on, args=(process.stdout, said), daemon=True).start()
            return Server(process, int(found[1]), said)
    raise SystemExit(f"the server did not start: {''.join(said)}")


def _read_on(stream: IO[str], said: list[str]) -> None:
    with stream:
        said.extend(stream)
