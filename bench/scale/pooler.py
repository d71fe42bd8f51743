"""The same load through PgBouncer in transaction mode, which knows no prepared statements before version 1.21."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from api.database.embedded.account import account_for
from api.database.embedded.place import Place
from api.database.url import parse_url
from bench.load import load
from bench.pgbouncer import address, pgbouncer
from bench.scale.cluster import Cluster
from bench.scale.growth import CELL
from bench.scale.processes import ASKED
from bench.scale.stage import Stage, counted_with

POOLER = "pooler"
DIRECT, UNPREPARED, POOLED = "direct", "direct, unprepared", "through PgBouncer"


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
    with pgbouncer(folder, target, account_for(Place(cluster.data_dir)).prefix) as process:
        yield address(folder, target), process.pid
