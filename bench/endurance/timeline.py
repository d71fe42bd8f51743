"""How it went, minute by minute."""

from bench.endurance.tally import Tally
from bench.endurance.watch import Sample

HEADINGS = (
    *("minute", "requests", "errors", "p50", "p99", "slowest"),
    *("server MB", "PostgreSQL MB", "connections", "dead rows", "table MB", "indexes MB", "keys MB", "vacuums"),
)
"""Latencies in ms; memory of each of the server's processes, and of PostgreSQL's largest."""


def row(tally: Tally, samples: list[Sample], number: int) -> list[str]:
    """The minute with this number, from 0: a text for each heading, the last look of that minute among them."""
    minute = tally.minutes[number]
    look = [sample for sample in samples if sample.at < (number + 1) * 60][-1]
    return [
        str(number + 1),
        f"{minute.total:,}",
        str(minute.errors),
        *(f"{minute.quantile(share):.1f}" for share in (0.5, 0.99)),
        f"{minute.slowest:.0f}",
        " / ".join(f"{size:.0f}" for size in look.memory.values()),
        f"{look.postgres_memory:.1f}",
        str(look.connections),
        f"{look.dead:,}",
        *(f"{size / 2**20:.1f}" for size in (look.table_bytes, look.index_bytes, look.key_bytes)),
        str(look.vacuums),
    ]
