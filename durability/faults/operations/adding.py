"""Creating tasks, without a key and with one that is used again after the fault."""

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

from durability.faults.operations.operation import Operation
from durability.faults.person import TASKS


@dataclass
class _Wish:
    key: str | None
    body: dict[str, str]
    status: int = 0
    task: dict[str, Any] | None = None


class Adding(Operation):
    name, granted = "POST", 201
    keyed = False

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        self._wishes: list[_Wish] = []

    async def once(self, place: int) -> None:
        key = secrets.token_hex(16) if self.keyed else None
        wish = _Wish(key, {"title": f"Call back {secrets.token_hex(8)} \N{ALARM CLOCK}", "description": "מחר, בבוקר"})
        self._wishes.append(wish)
        answer = await self.ask("POST", TASKS, json=wish.body, key=wish.key)
        wish.status = answer.status
        if answer.granted:
            wish.task = answer.json()["task"]

    async def check(self) -> None:
        """Acknowledged is there, whole, once; refused is not there; what is not known is there once or not at all."""
        there = await self.person.tasks()
        count = Counter(task["title"] for task in there)
        kept = {task["id"]: task for task in there}
        for wish in self._wishes:
            found = count[wish.body["title"]]
            if wish.task is not None:
                self.must(kept.get(wish.task["id"]) == wish.task, "an acknowledged task is missing or not whole")
                self.must(found == 1, f"an acknowledged task is there {found} times")
            elif 400 <= wish.status < 500:
                self.must(found == 0, "a refused task is there")
            else:
                self.must(found <= 1, f"a task that was not acknowledged is there {found} times")
        numbers = [task["number"] for task in there]
        self.must(len(numbers) == len(set(numbers)), "two tasks have one number")


class AddingWithKey(Adding):
    name, keyed = "POST with key", True

    async def check(self) -> None:
        """Each key is used again: one task, the first one."""
        for wish in [wish for wish in self._wishes if wish.task is None] + self._wishes[-5:]:
            answer = await self.person.surely("POST", TASKS, json=wish.body, key=wish.key)
            self.must(answer.status == 201, f"the key used again after the fault is answered {answer.status}")
            task = answer.json().get("task")
            self.must(wish.task in (None, task), "the key used again gives another task")
            wish.task = task
        await super().check()
