"""Everybody at once for a while, and somebody who watches."""

import asyncio
import itertools
import sys
import time
from dataclasses import dataclass

from bench.endurance.tally import Tally
from bench.endurance.timeline import HEADINGS, row
from bench.endurance.visitor import Visitor
from bench.endurance.watch import Ledger, Sample, Watch
from bench.measure import Usage, metered


@dataclass(frozen=True)
class Plan:
    """`pause`: seconds on average between an answer and the next request. `judged`: the quantile that limits are for."""

    title: str
    pause: float
    judged: float


PLANS = (Plan("with think time", 1.0, 0.99), Plan("without think time", 0.0, 0.95))


@dataclass(frozen=True)
class Phase:
    """What came of one. `client`: seconds of this program's own processor time."""

    plan: Plan
    seconds: float
    tally: Tally
    samples: list[Sample]
    before: Ledger
    after: Ledger
    usage: Usage
    client: float


async def run(plan: Plan, seconds: float, visitors: list[Visitor], watch: Watch) -> Phase:
    """One phase, told on stderr minute by minute."""
    print(f"{len(visitors)} people {plan.title}, {seconds / 60:.1f} minutes", file=sys.stderr, flush=True)
    tally, before = Tally(seconds), await watch.ledger()
    began, spent = time.perf_counter(), time.process_time()
    beside = [asyncio.create_task(watch.look(began, before, tally)), asyncio.create_task(_tell(tally, watch.samples))]
    try:
        with metered(watch.server.processes) as usage:
            async with asyncio.TaskGroup() as group:
                for visitor in visitors:
                    group.create_task(visitor.visit(tally, seconds, plan.pause))
    finally:
        for task in beside:
            task.cancel()
    took, spent = time.perf_counter() - began, time.process_time() - spent
    return Phase(plan, took, tally, watch.samples, before, await watch.ledger(), usage, spent)


async def _tell(tally: Tally, samples: list[Sample]) -> None:
    for number in itertools.count():
        await asyncio.sleep(60)
        texts = row(tally, samples, number)
        line = ", ".join(f"{name} {text}" for name, text in zip(HEADINGS, texts, strict=True))
        print(f"  {line}", file=sys.stderr, flush=True)
