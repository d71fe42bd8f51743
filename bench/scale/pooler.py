"""The same load through PgBouncer in transaction mode, which knows no prepared statements before version 1.21."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from api.database.embedded.account import account_for
from api.database.embedded.place import Place
from api.database.url import parse_url
from bench.load import load
from bench.scale.cluster import Cluster
from bench.scale.growth import CELL
from bench.scale.processes import ASKED
from bench.scale.stage import Stage, counted_with

POOLER = "pooler"
DIRECT, UNPREPARED, POOLED = "direct", "direct, unprepared", "through PgBouncer"
_PORT = 6432
_SETTINGS = """\
[databases]
* = host={socket} port=5432
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = scram-sha-256
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 20
max_client_conn = 200
log_connections = 0
log_disconnections = 0
"""


def version() -> str | None:
    """`PgBouncer 1.18.0`, or None where it is not installed."""
    program = _program()
    if program is None:
        return None
    done = subprocess.run((program, "--version"), capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[0]


def note(version: str | None) -> str:
    """What was measured, or why nothing was."""
    if version is None:
        return "PgBouncer is not installed here (`apt-get install pgbouncer`): this part is left out."
    return (
        f"{version} in transaction mode, without prepared statements (`TODO_PREPARED_STATEMENTS=off`), 2 workers, 100"
        " connections; its own processor time is counted with the server's."
    )


def measure_pooler(stage: Stage) -> None:
    """All rounds, in the largest database, with 2 workers. PgBouncer's processor time is counted as the server's."""
    size, cluster = stage.scale.sizes[-1], stage.cluster
    people, seconds = stage.people[size], stage.scale.seconds
    with ExitStack() as stack:
        address, pid = stack.enter_context(_pgbouncer(cluster, size))
        unprepared = {"TODO_PREPARED_STATEMENTS": "off"}
        pooled = {"DATABASE_URL": address, "NEON_DATABASE_URL_UNPOOLED": cluster.databases[size].url}
        servers = {
            DIRECT: stack.enter_context(cluster.serving(size, 2)),
            UNPREPARED: stack.enter_context(cluster.serving(size, 2, **unprepared)),
            POOLED: stack.enter_context(cluster.serving(size, 2, **unprepared, **pooled)),
        }
        for server in servers.values():
            load(replace(CELL["list"], crowd=stage.scale.together), server, people, 1)  # not counted
        for _ in range(stage.scale.rounds_beside):
            for name in ASKED:
                cell = replace(CELL[name], crowd=stage.scale.together)
                for column in (DIRECT, UNPREPARED):
                    stage.measure(POOLER, name, column, partial(load, cell, servers[column], people, seconds))
                behind = partial(load, cell, servers[POOLED], people, seconds)
                stage.measure(POOLER, name, POOLED, partial(counted_with, pid, behind))
            stage.put_back(size)


@contextmanager
def _pgbouncer(cluster: Cluster, size: int) -> Iterator[tuple[str, int]]:
    """One in front of PostgreSQL, behind a socket in a private folder: the URL of the database there, and its process."""
    target = parse_url(cluster.databases[size].url)
    folder = cluster.folder / "pooler"
    folder.mkdir(mode=0o700)
    (folder / "users.txt").write_text(f'"{target.user}" "{target.password}"\n')
    settings = folder / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(socket=target.host, port=_PORT, folder=folder))
    prefix = account_for(Place(cluster.data_dir)).prefix  # as PostgreSQL, PgBouncer refuses to run as root
    command = (*prefix, _program() or "pgbouncer", str(settings))
    log = folder / "log"
    with log.open("w") as output, subprocess.Popen(command, stderr=output) as process:
        try:
            deadline = time.monotonic() + 10
            while not (folder / f".s.PGSQL.{_PORT}").exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"PgBouncer did not start: {log.read_text()}")
                time.sleep(0.05)
            password, host = quote(target.password or "", safe=""), quote(str(folder), safe="")
            address = f"postgresql://{target.user}:{password}@/{target.database}?host={host}&port={_PORT}"
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(10)


def _program() -> str | None:
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
