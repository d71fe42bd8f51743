"""Reading the list: always whole."""

from durability.faults.operations.operation import Operation
from durability.faults.person import TASKS

_COUNT = 20


class Listing(Operation):
    name, granted = "GET list", 200

    async def prepare(self) -> None:
        await super().prepare()
        titles = [{"title": f"Water the plants on day {day}"} for day in range(_COUNT)]
        await self.person.surely("POST", f"{TASKS}/batch", json={"tasks": titles})

    async def once(self, place: int) -> None:
        answer = await self.ask("GET", TASKS)
        if answer.granted:
            self.must(len(answer.json()["tasks"]) == _COUNT, "a list that is not whole")

    async def check(self) -> None:
        self.must(len(await self.person.tasks()) == _COUNT, "tasks are missing")
