"""Two processes that know nothing of each other, on one database, beside one that is alone."""

from dataclasses import replace
from functools import partial

from bench.load import load
from bench.scale.agreement import disagreements
from bench.scale.growth import CELL
from bench.scale.stage import Stage, counted_with

PROCESSES = "processes"
ONE, TWO = "one process", "two processes"
ASKED = ("list", "search", "get", "create")


def measure_processes(stage: Stage) -> list[str]:
    """All rounds, in the largest database. What the two did not agree about, in sentences."""
    size = stage.scale.sizes[-1]
    people, seconds = stage.people[size], stage.scale.seconds
    with stage.cluster.serving(size, 1) as first, stage.cluster.serving(size, 1) as second:
        found = disagreements(first.url, second.url)
        other = second.processes.server or 0
        for server in (first, second):
            load(replace(CELL["list"], crowd=stage.scale.together), server, people, 1)  # not counted
        for _ in range(stage.scale.rounds_beside):
            for name in ASKED:
                cell = replace(CELL[name], crowd=stage.scale.together)
                alone = partial(load, cell, first, people, seconds)
                both = partial(load, cell, first, people, seconds, second=second)
                stage.measure(PROCESSES, name, ONE, alone)
                stage.measure(PROCESSES, name, TWO, partial(counted_with, other, both))
            stage.put_back(size)
    return found


def note(wrong: list[str]) -> str:
    """What was measured, and whether the two agreed."""
    agreed = "Numbers, reading what the other wrote, repeated requests and the end of a session: both processes agree."
    return (
        f"{' '.join(wrong) or agreed} Two `todo-server serve --workers 1` on two ports and one database, 50 connections"
        " each, beside one with 100."
    )
