"""Deleting tasks: what is acknowledged is in the bin, the rest is in one of the two places, never in both."""

from typing import Any

from durability.faults.operations.operation import Operation
from durability.faults.person import TASKS

_COUNT = 1000


class Deleting(Operation):
    name, granted = "DELETE", 204

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        self._waiting: list[str] = []
        self._everything: set[str] = set()
        self._deleted: set[str] = set()
        self._unknown: set[str] = set()

    async def prepare(self) -> None:
        await super().prepare()
        titles = [{"title": f"Throw away the newspaper of day {day}"} for day in range(_COUNT)]
        answer = await self.person.surely("POST", f"{TASKS}/batch", json={"tasks": titles})
        self._waiting = [task["id"] for task in answer.json()["tasks"]]
        self._everything = set(self._waiting)

    async def once(self, place: int) -> None:
        task = self._waiting.pop()
        answer = await self.ask("DELETE", f"{TASKS}/{task}")
        (self._deleted if answer.granted else self._unknown).add(task)

    async def check(self) -> None:
        there = {task["id"] for task in await self.person.tasks()}
        binned = {task["id"] for task in await self.person.tasks("/deleted")}
        self.must(not there & binned, "a task is in the list and in the bin")
        self.must(there | binned == self._everything, "a task is lost")
        self.must(self._deleted <= binned, "an acknowledged deletion did not happen")
        self.must(binned <= self._deleted | self._unknown, "a task is deleted that nobody deleted")
