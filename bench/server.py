"""The servers under test: `todo-server serve` as shipped, with 2 workers and with 1, on one database."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.database.embedded import Postgres, running
from api.utils import secret_file
from bench.measure import Processes

_SERVING = re.compile(r"Serving on (http://\S+)")
_OURS = re.compile(r"TODO_|JWT_|ACCESS_TOKEN|(NEON_)?DATABASE_URL|PUBLIC_URL|REGISTRATION|ALLOWED_|TRUSTED_")
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Server:
    """One that answers at `url`."""

    url: str
    processes: Processes


@dataclass(frozen=True)
class Site:
    """The database, the API with 2 workers and with 1, and the empty application with as many."""

    postgres: Postgres
    postmaster: int
    api: dict[int, Server]
    empty: dict[int, Server]


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """All of them, in an empty folder. Those that are not asked cost nothing."""
    data_dir = folder / "data"
    with ExitStack() as stack:
        url, pid = stack.enter_context(todo_server(folder, 2, TODO_DATA_DIR=str(data_dir)))
        postgres = stack.enter_context(running(data_dir))
        postmaster = int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        secret = secret_file.read(data_dir / "secrets" / "jwt_secret")
        second = stack.enter_context(todo_server(folder, 1, DATABASE_URL=postgres.url, JWT_SECRET=secret))
        yield Site(
            postgres,
            postmaster,
            {
                2: Server(url, Processes(pid, postmaster)),
                1: Server(second[0], Processes(second[1], postmaster)),
            },
            {workers: stack.enter_context(_empty(folder, workers)) for workers in (2, 1)},
        )


@contextmanager
def todo_server(folder: Path, workers: int, **variables: str) -> Iterator[tuple[str, int]]:
    """One as shipped, on a free port, without the limits on attempts; its URL and process id."""
    command = [str(PROGRAMS / "todo-server"), "serve", "--port", "0", "--workers", str(workers)]
    with _serving(command, folder, TODO_RATE_LIMIT="off", **variables) as found:
        yield found


def environment(**variables: str) -> dict[str, str]:
    """That of this process, with nothing in it that configures a server but `variables`."""
    return {name: value for name, value in os.environ.items() if not _OURS.match(name)} | variables


@contextmanager
def _empty(folder: Path, workers: int) -> Iterator[Server]:
    command = [sys.executable, "-m", "bench.bare", str(workers)]
    with _serving(command, folder, PYTHONPATH=str(Path(__file__).parent.parent)) as (url, pid):
        yield Server(url, Processes(pid, None))


@contextmanager
def _serving(command: list[str], folder: Path, **variables: str) -> Iterator[tuple[str, int]]:
    with subprocess.Popen(
        command, env=environment(**variables), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        said: list[str] = []
        try:
            for line in process.stdout:
                said.append(line)
                found = _SERVING.search(line)
                if found:
                    # Somebody must go on reading, or the pipe fills and the server waits.
                    threading.Thread(target=_read_on, args=(process.stdout,), daemon=True).start()
                    yield found[1], process.pid
                    return
            raise SystemExit(f"The server did not start: {''.join(said)}")
        finally:
            process.terminate()
            process.wait(60)


def _read_on(stream: Iterator[str]) -> None:
    for line in stream:
        if line.strip() != "Stopped.":
            print("server:", line, end="", file=sys.stderr)
