"""The limit of signing in: checking passwords, by as many threads as one worker has, and nothing else."""

import asyncio
import time

from api.services.passwords import hash_password, matches
from bench.latencies import quantiles
from bench.measure import Processes, Run, metered
from bench.people import PASSWORD

_THREADS = 2


def hashing(seconds: int) -> Run:
    """As many checks as fit into the time."""
    return asyncio.run(_hashing(seconds))


async def _hashing(seconds: int) -> Run:
    kept = await hash_password(PASSWORD)
    latencies: list[int] = []
    end = time.monotonic() + seconds

    async def check() -> None:
        while time.monotonic() < end:
            start = time.monotonic()
            await matches(PASSWORD, kept)
            latencies.append(int((time.monotonic() - start) * 1e6))

    start = time.monotonic()
    with metered(Processes(None, None)) as usage:
        await asyncio.gather(*(check() for _ in range(_THREADS)))
    latencies.sort()
    return Run(len(latencies), time.monotonic() - start, *quantiles(latencies), 0, usage)
