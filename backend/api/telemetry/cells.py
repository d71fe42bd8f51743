"""Numbers in memory that the processes of one server share. Each process writes its own row, any of them reads all.

A row has one writer, so nothing is locked, and what was counted is in the shared memory at once: nothing is lost with the
process that counted it, and the one that takes its place goes on from there.
"""

import multiprocessing
from collections.abc import Iterator
from ctypes import Array, c_double
from typing import Any

ROW = 8192
"""Numbers of one process, 64 KiB."""
HISTORY = 65536
"""Numbers of the history that all share, 512 KiB."""


def shared(processes: int) -> Any:
    """The memory of so many processes and of the history; it can be handed to processes while they are spawned."""
    return multiprocessing.get_context("spawn").RawArray("d", HISTORY + processes * ROW)


class Cells:
    """The memory as this process sees it. Until it is told of a shared one it has its own, with one row."""

    def __init__(self) -> None:
        self.attach((c_double * (HISTORY + ROW))(), 0)

    def attach(self, memory: "Array[c_double]", place: int) -> None:
        """Takes row `place` of `memory`."""
        self._memory = memoryview(memory).cast("B").cast("d")
        self.place = place
        self.history = self._memory[:HISTORY]
        self.own = self._row(place)

    @property
    def rows(self) -> Iterator["memoryview[float]"]:
        """Of all processes."""
        return (self._row(place) for place in range((len(self._memory) - HISTORY) // ROW))

    def total(self, at: int) -> float:
        """The sum of one number over all processes."""
        return float(sum(self._memory[HISTORY + at :: ROW]))

    def _row(self, place: int) -> "memoryview[float]":
        start = HISTORY + place * ROW
        return self._memory[start : start + ROW]


cells = Cells()
"""Of this process."""
