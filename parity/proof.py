"""Many episodes, several at once, each to be had again by its number; a difference is told by the fewest commands."""

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from parity.episode import episode, run
from parity.shrink import shrink, typed

_CHUNK = 20


def run_proof(url: str, seed: int, episodes: range, processes: int, deadline: float | None) -> dict[str, Any]:
    """The result as JSON has it: ends at the first difference, and after `deadline` (of time.monotonic())."""
    began, taken, number = time.monotonic(), 0, episodes.start
    differences: list[str] = []
    # Not forked: the console takes streams and environment for itself.
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        while number < episodes.stop and not differences and (deadline is None or time.monotonic() < deadline):
            some = range(number, min(number + _CHUNK, episodes.stop))
            for steps, wrong in pool.map(_one, [url] * len(some), [seed] * len(some), some):
                taken += steps
                differences += [wrong] if wrong else []
            number = some.stop
            if os.environ.get("TODO_PROGRESS"):
                print(f"{taken} steps, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return {"steps": taken, "seed": seed, "episodes": [episodes.start, number], "differences": differences}


def _one(url: str, seed: int, number: int) -> tuple[int, str]:
    """Steps taken in an episode, and the counter-example: empty where nothing differed."""
    steps, wrong = episode(url, seed, number)
    if wrong is None:
        return len(steps), ""
    few = shrink(steps, lambda some: run(url, some) is not None)
    return len(steps), f"Episode {number} of seed {seed}:\n{typed(few)}\n  {run(url, few) or wrong}"
