"""A start, a load, a stop, again and again on one data directory; each start is asked for what the last stop left."""

import asyncio
import random
import sys
import time
from pathlib import Path

from durability.shutdown import server
from durability.shutdown.clients import Round, writing
from durability.shutdown.people import Person, register, take_titles
from durability.shutdown.verdict import Verdict

PEOPLE = 8
LOAD_SECONDS = (0.2, 1.5)
"""Between the first request and SIGTERM."""
WORKERS = (1, 2)
"""Taken in turn."""


def run(data_dir: Path, cycles: int, seed: int) -> Verdict:
    """All cycles, and a last start that stops at once."""
    verdict, chance = Verdict(seed), random.Random(seed)  # noqa: S311 - a moment, not a secret
    people: list[Person] = []
    last: Round | None = None
    for number in range(cycles + 1):
        running = server.start(data_dir, WORKERS[number % len(WORKERS)])
        try:
            people = people or asyncio.run(register(running.port, PEOPLE))
            if last is not None:
                verdict.kept(last, asyncio.run(take_titles(running.port, people)))
            if number < cycles:
                last = asyncio.run(_stop_under_load(running, people, number, verdict, chance))
                print(f"{number + 1} of {cycles}: {verdict}", file=sys.stderr)
        finally:
            if running.process.poll() is None:
                running.terminate()
                running.wait()
    return verdict


async def _stop_under_load(
    running: server.Server, people: list[Person], number: int, verdict: Verdict, chance: random.Random
) -> Round:
    found = Round(number)
    async with writing(running.port, people, found, chance):
        await asyncio.sleep(chance.uniform(*LOAD_SECONDS))
        told = running.terminate()
        status = await asyncio.to_thread(running.wait)
        ended = time.monotonic()
    verdict.stopped(found, status, told, ended, running.said)
    return found
