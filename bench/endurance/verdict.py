"""What the user asked for, and whether it held. Pure: of a phase, nothing is looked up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.endurance.phase import Phase
from bench.endurance.watch import Sample, expected
from server import pool_size

LIMITS = {
    "create": 500,
    "delete": 200,
    **dict.fromkeys(("list", "get", "search"), 200),
    **dict.fromkeys(("update", "toggle"), 300),
}
"""In ms: the user's, for a create, a read, an update and a delete."""
CONNECTIONS = 2 * pool_size.of_each(None, 2)
"""To the database: the pools of two workers."""
_GROWTH_MB = 5.0
"""Of a process, from the second tenth of the time to the last."""
_GROWTH_FILES = CONNECTIONS
"""Open files: the connections of the pools come and go."""
_DEAD = 0.3
"""Share of dead rows. Autovacuum begins at 0.2 and looks once a minute, in which full load adds less than 0.1."""
_TABLE, _INDEXES = 1 + _DEAD, 1.5
"""Bytes a row, from the first fifth of the time to the end. Dead rows take room until they are vacuumed, and indexes that
were filled in order, to nine tenths, settle at seven."""


@dataclass(frozen=True)
class Finding:
    """Something that was to hold."""

    name: str
    found: str
    allowed: str
    holds: bool


def judge(phase: Phase) -> list[Finding]:
    """Everything that was to hold."""
    return [*_answers(phase), *_latencies(phase), *_processes(phase.samples), *_sizes(phase.samples)]


def _answers(phase: Phase) -> list[Finding]:
    errors, due = phase.tally.errors.total(), expected(phase.before, phase.tally)
    return [
        Finding("errors", f"{errors} of {phase.tally.requests:,}", "0", errors == 0),
        *(
            Finding(name, f"{found:,}", f"{answered:,}, as answered", found == answered)
            for name, found, answered in (
                ("tasks present at the end", phase.after.present, due.present),
                ("tasks in the bin at the end", phase.after.deleted, due.deleted),
                ("idempotency keys at the end", phase.after.keys, due.keys),
            )
        ),
    ]


def _latencies(phase: Phase) -> list[Finding]:
    share = phase.plan.judged
    found = {kind: phase.tally.kinds[kind].quantile(share) for kind in LIMITS}
    return [
        Finding(f"{kind}, p{share * 100:.0f}", f"{found[kind]:.1f} ms", f"{limit} ms", found[kind] <= limit)
        for kind, limit in LIMITS.items()
    ]


def _processes(samples: list[Sample]) -> list[Finding]:
    pids = [set(sample.memory) for sample in samples]
    same = all(one == pids[0] for one in pids)
    growth = max(_grown(samples, [sample.memory.get(pid, 0.0) for sample in samples]) for pid in pids[0])
    postgres = _grown(samples, [sample.postgres_memory for sample in samples])
    files = _grown(samples, [sample.files for sample in samples])
    connections = max(sample.connections for sample in samples)
    return [
        Finding("server processes", "the same" if same else "some ended", "the same", same),
        Finding("memory of a server process", f"{growth:+.1f} MB", f"+{_GROWTH_MB:.0f} MB", growth <= _GROWTH_MB),
        Finding(
            "memory of a PostgreSQL process", f"{postgres:+.1f} MB", f"+{_GROWTH_MB:.0f} MB", postgres <= _GROWTH_MB
        ),
        Finding("open files of the server", f"{files:+.0f}", f"+{_GROWTH_FILES}", files <= _GROWTH_FILES),
        Finding("database connections, most", f"{connections}", f"{CONNECTIONS}", connections <= CONNECTIONS),
    ]


def _sizes(samples: list[Sample]) -> list[Finding]:
    def factor(each: Callable[[Sample], float]) -> float:
        start = next(sample for sample in samples if sample.at >= samples[-1].at / 5)
        return each(samples[-1]) / each(start)

    dead = max(sample.dead / sample.ledger.tasks for sample in samples)
    found = (
        ("bytes a task", factor(lambda sample: sample.table_bytes / sample.ledger.tasks), _TABLE),
        ("bytes an index entry", factor(lambda sample: sample.index_bytes / _entries(sample)), _INDEXES),
        ("bytes an idempotency key", factor(lambda sample: sample.key_bytes / max(1, sample.ledger.keys)), _TABLE),
    )
    return [
        Finding("dead rows, most", f"{dead:.1%}", f"{_DEAD:.0%}", dead <= _DEAD),
        *(Finding(name, f"x {value:.2f}", f"x {most:.2f}", value <= most) for name, value, most in found),
    ]


def _entries(sample: Sample) -> int:
    """Each task is in two indexes, one in the bin in four."""
    return 2 * sample.ledger.tasks + 2 * sample.ledger.deleted


def _grown(samples: list[Sample], values: Sequence[float]) -> float:
    """From the median of the second tenth of the time to that of the last."""
    tenth = samples[-1].at / 10
    timed = [(sample.at / tenth, value) for sample, value in zip(samples, values, strict=True)]
    second = [value for at, value in timed if 1 <= at <= 2]
    last = [value for at, value in timed if at >= 9]
    return median(last) - median(second or values)
