"""Changing one task again and again: the last acknowledged change stays, or one after it that is not known."""

from typing import Any

from durability.faults.operations.operation import Operation
from durability.faults.person import TASKS


class Changing(Operation):
    name, granted = "PATCH", 200

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        self._ids: list[str] = []
        self._possible: list[set[str]] = []
        self._count = 0

    async def prepare(self) -> None:
        await super().prepare()
        for place in range(self.at_once):
            answer = await self.person.surely("POST", TASKS, json={"title": f"Letter {place}"})
            self._ids.append(answer.json()["task"]["id"])
            self._possible.append({""})

    async def once(self, place: int) -> None:
        self._count += 1
        text = f"Draft {self._count}"
        answer = await self.ask("PATCH", f"{TASKS}/{self._ids[place]}", json={"description": text})
        if answer.granted:
            self._possible[place] = {text}
            self.must(answer.json()["task"]["description"] == text, "the answer is not the change")
        else:
            self._possible[place].add(text)

    async def check(self) -> None:
        there = {task["id"]: task["description"] for task in await self.person.tasks()}
        for task, possible in zip(self._ids, self._possible, strict=True):
            self.must(there.get(task) in possible, "an acknowledged change is lost")
