"""One PostgreSQL with a database for each size, and servers on them."""

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from api.database.embedded import Postgres, running
from api.database.url import parse_url
from bench.measure import Processes
from bench.server import Server, Site, todo_server

_BYTES_A_TASK = 900
"""Of disk, with indexes, the log of changes and what sorting takes."""


@dataclass(frozen=True)
class Cluster:
    """The databases by their size."""

    folder: Path
    postmaster: int
    databases: dict[int, Postgres]
    secret: str

    @property
    def data_dir(self) -> Path:
        """Where all of them lie."""
        return self.folder / "data"

    @contextmanager
    def serving(self, size: int, workers: int, **variables: str) -> Iterator[Server]:
        """A server on one of them. Tokens are good at all servers of a size, and for longer than the benchmark takes."""
        given = {"DATABASE_URL": self.databases[size].url, "JWT_SECRET": self.secret, "ACCESS_TOKEN_MINUTES": "120"}
        with todo_server(self.folder, workers, **(given | variables)) as (url, pid):
            yield Server(url, Processes(pid, self.postmaster))

    def site(self, size: int) -> Site:
        """What `Limits` needs to know of a database."""
        return Site(self.databases[size], self.postmaster, {}, {})


@contextmanager
def cluster(folder: Path, sizes: tuple[int, ...]) -> Iterator[Cluster]:
    """The databases, still empty; servers migrate them as they start. Ends the program where the disk is too small."""
    needed = _BYTES_A_TASK * sum(sizes) + 2**29
    if shutil.disk_usage(folder).free < needed:
        raise SystemExit(f"{folder} needs {needed / 1e9:.1f} GB of free disk: set TMPDIR to a folder that has them.")
    with running(folder / "data", serving=True) as postgres:
        databases = {size: _named(postgres, f"tasks_{size}") for size in sizes}
        asyncio.run(_create(postgres, list(databases)))
        postmaster = int((folder / "data" / "postgres" / "postmaster.pid").read_text().split()[0])
        yield Cluster(folder, postmaster, databases, secrets.token_urlsafe(48))


def _named(postgres: Postgres, database: str) -> Postgres:
    urls = (urlsplit(url)._replace(path=f"/{database}").geturl() for url in (postgres.url, postgres.superuser_url))
    return Postgres(*urls)


async def _create(postgres: Postgres, sizes: list[int]) -> None:
    connection = await asyncpg.connect(**parse_url(postgres.superuser_url).arguments)
    for size in sizes:
        await connection.execute(f"create database tasks_{size} owner todo")
    await connection.close()
