"""What a fault is tried on: PostgreSQL, the link that fails, and `todo-server serve` as shipped behind it."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from api.database.embedded import Postgres, running
from api.database.url import Target, parse_url
from durability.faults.proxy import Proxy
from durability.faults.serving import serving

_UNLIMITED = {"TODO_RATE_LIMIT": "off"}


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
        variables = {"DATABASE_URL": url, "JWT_SECRET": jwt_secret} | _UNLIMITED
        async with serving(data_dir.parent, log, variables, workers=workers) as address:
            hidden = [str(target.password), jwt_secret]
            yield Site(address, data_dir, parse_url(postgres.superuser_url), proxy, hidden, log)


@contextlib.asynccontextmanager
async def site_of_its_own(data_dir: Path, **variables: str) -> AsyncIterator[Site]:
    """The server runs the database itself, below `data_dir`."""
    log: list[str] = []
    async with serving(data_dir.parent, log, {"TODO_DATA_DIR": str(data_dir)} | variables | _UNLIMITED) as address:
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
