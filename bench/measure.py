"""Processor time and memory of processes, from /proc (proc_pid_stat(5)), and what one measurement found."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

_TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Usage:
    """What a while cost: seconds of processor time, and the memory of the largest worker before and after, in MB."""

    seconds: float = 0.0
    server: float = 0.0
    postgres: float = 0.0
    other: float = 0.0
    """Of processes that have nothing to do with it: neighbours."""
    memory_before: float = 0.0
    memory_after: float = 0.0


@dataclass(frozen=True)
class Run:
    """One measurement, or several as one. Latencies in ms."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    slowest: float
    errors: int = 0
    usage: Usage = field(default_factory=Usage)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Processes:
    """The server's first process (none for pgbench alone) and PostgreSQL's."""

    server: int | None
    postmaster: int | None

    def trees(self) -> tuple[list[int], list[int]]:
        """The server's processes and PostgreSQL's; the second may be children of the first."""
        children = _children()
        postgres = _tree(self.postmaster, children)
        return [pid for pid in _tree(self.server, children) if pid not in set(postgres)], postgres


@contextmanager
def metered(processes: Processes) -> Iterator[Usage]:
    """Fills in the usage of what happens inside."""
    usage = Usage()
    server, postgres = processes.trees()
    usage.memory_before = memory(server)
    start, client, busy = time.monotonic(), _client(), _busy()
    before = _cpu(server), _cpu(postgres)
    yield usage
    usage.seconds = time.monotonic() - start
    server, postgres = processes.trees()
    usage.server, usage.postgres = _cpu(server) - before[0], _cpu(postgres) - before[1]
    usage.other = max(0.0, _busy() - busy - usage.server - usage.postgres - (_client() - client))
    usage.memory_after = memory(server)


def memory(server: list[int]) -> float:
    """Resident memory of the largest worker, in MB; the server's first process, which serves nobody, is left out."""
    return max((resident(pid) for pid in server[1:]), default=0.0)


def resident(pid: int) -> float:
    """Resident memory of one process, in MB; 0 when it has ended."""
    return int(_stat(pid)[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def together(runs: list[Run]) -> Run:
    """Several runs of one thing: sums, the median of the quantiles, the slowest of all, the memory that grew most."""
    usages = [run.usage for run in runs]
    grown = max(usages, key=lambda usage: usage.memory_after - usage.memory_before)
    return Run(
        requests=sum(run.requests for run in runs),
        seconds=sum(run.seconds for run in runs),
        p50=median(run.p50 for run in runs),
        p95=median(run.p95 for run in runs),
        p99=median(run.p99 for run in runs),
        slowest=max(run.slowest for run in runs),
        errors=sum(run.errors for run in runs),
        usage=Usage(
            seconds=sum(usage.seconds for usage in usages),
            server=sum(usage.server for usage in usages),
            postgres=sum(usage.postgres for usage in usages),
            other=sum(usage.other for usage in usages),
            memory_before=grown.memory_before,
            memory_after=grown.memory_after,
        ),
    )


def _client() -> float:
    """Processor time of this process and of the load clients that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def _busy() -> float:
    """Processor time of the whole machine that was not idle."""
    fields = [int(text) for text in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) * _TICK


def _cpu(pids: list[int]) -> float:
    """Of these processes and of children of theirs that have ended."""
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in pids) * _TICK


def _stat(pid: int) -> list[str]:
    """The fields after the name; the fourth of the manual, the parent, is number 1 here."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it has ended, and its parent counts it
        return ["X"] + ["0"] * 40


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            found.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
    return found


def _tree(root: int | None, children: dict[int, list[int]]) -> list[int]:
    if root is None:
        return []
    return [root, *(pid for child in children.get(root, []) for pid in _tree(child, children))]
