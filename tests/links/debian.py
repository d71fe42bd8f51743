"""PostgreSQL 15 as Debian ships it: it speaks TLS, which the one inside does not, and nobody comes in without."""

import asyncio
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import asyncpg

from api.database.embedded import Postgres
from api.database.embedded.account import account_for
from api.database.embedded.place import Place
from api.database.url import parse_url
from tests.links.certificates import HOST, write_certificates

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
START_SECONDS = 20.0
_WHO = "local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n"


@contextmanager
def postgres_15(folder: Path) -> Iterator[Postgres]:
    """One in `folder`, with `ca.pem` beside it: `url` over TLS, `superuser_url` by its socket."""
    prefix = account_for(Place(folder)).prefix
    password, cluster = secrets.token_hex(16), folder / "cluster"
    (folder / "password").write_text(password)
    initdb = (PROGRAMS / "initdb", "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={folder / 'password'}")
    subprocess.run((*prefix, *initdb, "-E", "UTF8", "--locale=C.UTF-8", "-N", cluster), check=True, capture_output=True)
    write_certificates(folder)
    (cluster / "pg_hba.conf").write_text(_WHO)
    port = _free_port()
    settings = {
        "ssl": "on",
        "ssl_cert_file": folder / "server.pem",
        "ssl_key_file": folder / "server.key",
        "listen_addresses": HOST,
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "off",
        "max_connections": 200,
    }
    options = (part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    superuser = f"postgresql://postgres:{password}@/postgres?host={quote(str(folder), safe='')}&port={port}"
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen((*prefix, PROGRAMS / "postgres", "-D", cluster, *options), stderr=log) as process,
    ):
        try:
            asyncio.run(_make_owner(superuser, password, process))
            yield Postgres(f"postgresql://todo:{password}@{HOST}:{port}/todo?sslmode=require", superuser)
        finally:
            process.send_signal(2)  # fast: whoever is connected is sent away
            process.wait(20)


async def _make_owner(url: str, password: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = await asyncpg.connect(**parse_url(url).arguments)
            break
        except (OSError, asyncpg.CannotConnectNowError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("PostgreSQL 15 did not start") from None
            await asyncio.sleep(0.05)
    await connection.execute(f"create role todo login createrole password '{password}'")
    await connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
