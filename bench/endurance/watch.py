"""What the server and its database take, looked at again and again while people work."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.endurance.tally import Tally
from bench.measure import resident
from bench.server import Server

_SIZES = """
select (select count(*) from pg_stat_activity where application_name = 'todo') as connections,
    pg_relation_size(relid) as table_bytes, pg_indexes_size(relid) as index_bytes,
    pg_total_relation_size('todo.idempotency_keys') as key_bytes, n_dead_tup as dead, autovacuum_count as vacuums
from pg_stat_user_tables where relid = 'todo.tasks'::regclass"""
# To be run before and after the load only: reading the whole table tidies its pages, which the load alone must do.
_LEDGER = """
select count(*) filter (where deleted_at is null) as present, count(deleted_at) as deleted,
    (select count(*) from todo.idempotency_keys) as keys
from todo.tasks"""


@dataclass(frozen=True)
class Ledger:
    """Rows: tasks present, tasks in the bin, idempotency keys."""

    present: int
    deleted: int
    keys: int

    @property
    def tasks(self) -> int:
        """All of them: the bin is kept for 30 days."""
        return self.present + self.deleted


def expected(before: Ledger, tally: Tally) -> Ledger:
    """What must be there after what was answered."""
    return Ledger(
        before.present + tally.added - tally.removed, before.deleted + tally.removed, before.keys + tally.keyed
    )


@dataclass(frozen=True)
class Sample:
    """One look, `at` seconds after the beginning."""

    at: float
    memory: dict[int, float]
    """Resident, in MB, of each of the server's processes."""
    postgres_memory: float
    """Private, in MB, of the largest of PostgreSQL's processes."""
    files: int
    """Open in the server's processes together."""
    connections: int
    table_bytes: int
    index_bytes: int
    key_bytes: int
    dead: int
    vacuums: int
    ledger: Ledger
    """By what was answered until then."""


@dataclass
class Watch:
    """Looks at `server`, over a superuser's `connection`, every `every` seconds."""

    server: Server
    connection: Any
    every: float
    samples: list[Sample] = field(default_factory=list)

    async def ledger(self) -> Ledger:
        """Counts the rows."""
        return Ledger(**await self.connection.fetchrow(_LEDGER))

    async def look(self, began: float, before: Ledger, tally: Tally) -> None:
        """Until it is cancelled; `began` as time.perf_counter() had it."""
        while True:
            processes = await asyncio.to_thread(self._processes)
            sizes = await self.connection.fetchrow(_SIZES)
            at, ledger = time.perf_counter() - began, expected(before, tally)
            self.samples.append(Sample(at=at, ledger=ledger, **processes, **sizes))
            await asyncio.sleep(self.every)

    def _processes(self) -> dict[str, Any]:
        server, postgres = self.server.processes.trees()
        return {
            "memory": {pid: resident(pid) for pid in server},
            "postgres_memory": max(map(_private, postgres), default=0.0),
            "files": sum(map(_files, server)),
        }


def _private(pid: int) -> float:
    """Memory in MB that a process shares with nobody: of PostgreSQL's, what is not shared_buffers."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):  # a connection that has ended
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024


def _files(pid: int) -> int:
    """How many it has open."""
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except (FileNotFoundError, ProcessLookupError):
        return 0
