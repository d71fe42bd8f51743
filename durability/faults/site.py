"""What a fault is tried on: PostgreSQL, the link that fails, and `todo-server serve` as shipped behind it."""

import asyncio
import contextlib
import os
import re
import secrets
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from api.database.embedded import Postgres, running
from api.database.url import Target, parse_url
from durability.faults.proxy import Proxy

_SERVING = re.compile(r"Serving on (http://\S+)")
_OURS = re.compile(r"TODO_|JWT_|ACCESS_TOKEN|(NEON_)?DATABASE_URL|PUBLIC_URL|REGISTRATION|ALLOWED_|TRUSTED_")
_STOP_SECONDS = 40.0


@dataclass
class Site:
    """`log` grows while the server speaks. Where the database is the server's own there is no proxy."""

    url: str
    data_dir: Path
    superuser: Target
    proxy: Proxy | None
    secrets: list[str]
    log: list[str] = field(default_factory=list)

    @property
    def link(self) -> Proxy:
        """The link that can fail."""
        assert self.proxy is not None  # noqa: S101 - faults of the link are for sites that have one
        return self.proxy

    @property
    def postmaster(self) -> int:
        """The process id of PostgreSQL's first process."""
        return int((self.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])

    @contextlib.asynccontextmanager
    async def superuser_session(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection that no fault of the link touches."""
        connection = await asyncpg.connect(**self.superuser.arguments, timeout=10)
        try:
            yield connection
        finally:
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await connection.close(timeout=5)


@contextlib.asynccontextmanager
async def site(data_dir: Path, *, workers: int = 1) -> AsyncIterator[Site]:
    """The database apart, so that the server reaches it by the link only."""
    jwt_secret = secrets.token_urlsafe(40)
    async with _database(data_dir) as postgres, Proxy(parse_url(postgres.url)).up() as proxy:
        target = proxy.target
        url = f"postgresql://{target.user}:{target.password}@127.0.0.1:{target.port}/{target.database}?sslmode=disable"
        log: list[str] = []
        async with _server(data_dir.parent, log, workers, DATABASE_URL=url, JWT_SECRET=jwt_secret) as address:
            hidden = [str(target.password), jwt_secret]
            yield Site(address, data_dir, parse_url(postgres.superuser_url), proxy, hidden, log)


@contextlib.asynccontextmanager
async def site_of_its_own(data_dir: Path, **variables: str) -> AsyncIterator[Site]:
    """The server runs the database itself, below `data_dir`."""
    log: list[str] = []
    async with _server(data_dir.parent, log, 1, TODO_DATA_DIR=str(data_dir), **variables) as address:
        context = running(data_dir)
        postgres = await asyncio.to_thread(context.__enter__)  # once: it keeps the database from being stopped
        await asyncio.to_thread(context.__exit__, None, None, None)
        hidden = [path.read_text().strip() for path in (data_dir / "secrets").iterdir()]
        yield Site(address, data_dir, parse_url(postgres.superuser_url), None, hidden, log)


@contextlib.asynccontextmanager
async def _database(data_dir: Path) -> AsyncIterator[Postgres]:
    context = running(data_dir, serving=True)
    postgres = await asyncio.to_thread(context.__enter__)
    try:
        yield postgres
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)


@contextlib.asynccontextmanager
async def _server(folder: Path, log: list[str], workers: int, **variables: str) -> AsyncIterator[str]:
    environment = {name: value for name, value in os.environ.items() if not _OURS.match(name)} | variables
    process = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).parent / "todo-server"), "serve", "--port", "0", "--workers", str(workers)),
        env=environment | {"TODO_RATE_LIMIT": "off"},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None  # noqa: S101 - it was asked for
    reading: asyncio.Task[None] | None = None
    try:
        while line := (await process.stdout.readline()).decode(errors="replace"):
            log.append(line)
            if found := _SERVING.search(line):
                reading = asyncio.create_task(_read_on(process.stdout, log))
                yield found[1]
                return
        raise SystemExit(f"The server did not start: {''.join(log)}")
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        if reading is not None:
            await reading


async def _read_on(stream: asyncio.StreamReader, log: list[str]) -> None:
    while line := await stream.readline():
        log.append(line.decode(errors="replace"))
