"""PgBouncer in transaction mode, in front of a PostgreSQL: for the benchmark and for the tests."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from api.database.url import Target

PORT = 6432
START_SECONDS = 10.0
_SETTINGS = """\
[databases]
* = host={socket} port={behind}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = scram-sha-256
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 200
log_connections = 0
log_disconnections = 0
"""


def program() -> str | None:
    """The one to run: the variable `PGBOUNCER` names another than the installed one. None where there is none."""
    return os.environ.get("PGBOUNCER") or shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def version() -> str | None:
    """`PgBouncer 1.18.0`, or None where it is not installed."""
    found = program()
    if found is None:
        return None
    done = subprocess.run((found, "--version"), capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[0]


def address(folder: Path, target: Target) -> str:
    """The URL of `target`'s database behind the PgBouncer in `folder`."""
    password, host = quote(target.password or "", safe=""), quote(str(folder), safe="")
    return f"postgresql://{target.user}:{password}@/{target.database}?host={host}&port={PORT}"


@contextmanager
def pgbouncer(
    folder: Path, target: Target, prefix: tuple[str, ...], *more: str, pool_size: int = 20
) -> Iterator[subprocess.Popen[bytes]]:
    """One in front of `target`'s server, behind a socket in `folder`, which is made; `more` are lines of its settings.

    `prefix` is how PostgreSQL is run here: as it, PgBouncer refuses to run as root. Raises `SystemExit` if it does not start.
    """
    folder.mkdir(mode=0o700)
    (folder / "users.txt").write_text(f'"{target.user}" "{target.password}"\n')
    settings = folder / "pgbouncer.ini"
    written = _SETTINGS.format(socket=target.host, behind=target.port, port=PORT, folder=folder, pool_size=pool_size)
    settings.write_text("\n".join((written.rstrip(), *more, "")))
    log = folder / "log"
    with (
        log.open("w") as output,
        subprocess.Popen((*prefix, program() or "pgbouncer", str(settings)), stderr=output) as process,
    ):
        try:
            deadline = time.monotonic() + START_SECONDS
            while not (folder / f".s.PGSQL.{PORT}").exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"PgBouncer did not start: {log.read_text()}")
                time.sleep(0.05)
            yield process
        finally:
            process.terminate()
            process.wait(10)
