"""Every fault, some side by side, and what is said of it: a line a cell for people, one JSON object for programs."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from durability.faults.catalogue import EVERY, Fault
from durability.faults.disk import ON_SMALL_DISK, try_on_small_disk
from durability.faults.trial import Verdict, try_fault

SIDE_BY_SIDE = 4
"""Each waits more than it works; more of them on two cores and the fault would be the machine."""

_ALL = (*EVERY, *ON_SMALL_DISK)
NAMES = tuple(fault.name for fault in _ALL)


async def run_matrix(only: str) -> dict[str, Any]:
    """Those faults whose names hold `only`."""
    began = time.monotonic()
    turns = asyncio.Semaphore(SIDE_BY_SIDE)
    with tempfile.TemporaryDirectory(prefix="todo-faults-") as folder:

        async def one(fault: Fault) -> Verdict | str:
            own = Path(tempfile.mkdtemp(dir=folder))
            async with turns:
                try:
                    verdict = await (try_on_small_disk if fault in ON_SMALL_DISK else try_fault)(fault, own)
                except Exception as error:  # noqa: BLE001 - the other faults are tried all the same
                    reason = f"could not be tried: {type(error).__name__} {error}"
                    verdict = Verdict(fault.name, [], None, {"": [reason]})
            if isinstance(verdict, Verdict):
                _tell(verdict)
            return verdict

        found = await asyncio.gather(*(one(fault) for fault in _ALL if only in fault.name))
    verdicts = [verdict for verdict in found if isinstance(verdict, Verdict)]
    operations = [operation for verdict in verdicts for operation in verdict.operations]
    return {
        "faults": len(verdicts),
        "cells": len(operations),
        "requests": sum(len(operation.answers) for operation in operations),
        "refused_503": sum(operation.statuses[503] for operation in operations),
        "slowest_seconds": round(max((operation.slowest for operation in operations), default=0.0), 1),
        "longest_recovery_seconds": round(max((verdict.well_after or 0.0 for verdict in verdicts), default=0.0), 1),
        "seconds": round(time.monotonic() - began),
        "not_tried": [verdict for verdict in found if isinstance(verdict, str)],
        "wrong": {verdict.fault: verdict.wrong for verdict in verdicts if verdict.wrong},
    }


def _tell(verdict: Verdict) -> None:
    well = "not well again" if verdict.well_after is None else f"well again after {verdict.well_after:.1f} s"
    print(f"{verdict.fault}: {well}", file=sys.stderr)
    for operation in verdict.operations:
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(operation.statuses.items()))
        held = "" if operation.name not in verdict.wrong else f"  WRONG: {verdict.wrong[operation.name][:3]}"
        print(f"    {operation.name:14} slowest {operation.slowest:5.1f} s  {statuses}{held}", file=sys.stderr)
    for line in verdict.wrong.get("", []):
        print(f"    WRONG: {line}", file=sys.stderr, flush=True)
