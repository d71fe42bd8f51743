"""Importing records: all of a call or none, and once however often it is repeated."""

import secrets
from collections import Counter
from typing import Any

from durability.faults.operations.operation import Operation
from durability.faults.person import TASKS

_RECORDS = 10


class Importing(Operation):
    name, granted, at_once = "import", 200, 2

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        self._calls: list[tuple[list[dict[str, Any]], bool]] = []

    async def once(self, place: int) -> None:
        first = len(self._calls) * _RECORDS + place * 100_000 + 1
        records = [
            {"id": number, "title": f"Parcel {secrets.token_hex(8)}", "completed": number % 2 == 0}
            for number in range(first, first + _RECORDS)
        ]
        answer = await self.ask("POST", f"{TASKS}/import", json={"tasks": records})
        if answer.granted:
            self.must(answer.json()["imported"] == _RECORDS, "not every record was imported")
        self._calls.append((records, answer.granted))

    async def check(self) -> None:
        count = await self._count()
        for records, granted in self._calls:
            found = [count[record["title"]] for record in records]
            whole = found in ([1] * _RECORDS, [0] * _RECORDS)
            self.must(
                whole and (not granted or found[0] == 1), f"an import is there as {found}, acknowledged: {granted}"
            )
        again = [records for records, granted in self._calls if not granted]
        for records in again:
            answer = await self.person.surely("POST", f"{TASKS}/import", json={"tasks": records})
            self.must(answer.status == 200, f"an import that is repeated after the fault is answered {answer.status}")
        count = await self._count()
        self.must(
            all(count[record["title"]] == 1 for records, _ in self._calls for record in records),
            "repeated after the fault, an import is not there once",
        )

    async def _count(self) -> Counter[str]:
        return Counter(task["title"] for task in await self.person.tasks())
