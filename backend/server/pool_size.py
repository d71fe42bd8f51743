"""How many connections a worker has to the PostgreSQL inside, which shares the machine with the workers."""

import os

from api.database.embedded import MAX_CONNECTIONS

PER_CORE = 5
"""Together. With 10 to each of 2 workers on 2 cores requests cost PostgreSQL a fifth more: connections only took turns."""
FEWEST = 2
KEPT = 10
"""For commands beside the server; the workers share the rest."""


def of_each(wanted: int | None, workers: int) -> int:
    """As wanted, else the share of one of so many workers; never more than PostgreSQL takes."""
    share = max(FEWEST, -(-PER_CORE * len(os.sched_getaffinity(0)) // workers))
    return max(1, min(wanted or share, (MAX_CONNECTIONS - KEPT) // workers))
