"""What all operations share: requests are made until it is enough, each is judged and remembered."""

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from typing import ClassVar

from durability.faults.answers import Answer, wrong_with
from durability.faults.person import Person


class Operation(ABC):
    """One kind of request, made by one person. `wrong` holds what must not have happened."""

    name: ClassVar[str]
    granted: ClassVar[int]
    """The status of an answer that acknowledges."""
    at_once: ClassVar[int] = 3
    pause: ClassVar[float] = 0.4
    """Seconds after each answer. With less, four trials on two cores would be their own fault."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.answers: list[Answer] = []
        self.wrong: list[str] = []

    async def prepare(self) -> None:
        """Before anything fails."""
        await self.person.register()

    async def work(self, place: int, enough: asyncio.Event) -> None:
        """One of `at_once` that go on until it is enough."""
        while not enough.is_set():
            await self.once(place)
            await asyncio.sleep(self.pause)

    @abstractmethod
    async def once(self, place: int) -> None:
        """One request, entered into the ledger."""

    @abstractmethod
    async def check(self) -> None:
        """After the fault: whether what is there is what was answered. Adds to `wrong`."""

    async def ask(self, method: str, path: str, *, json: object = None, key: str | None = None) -> Answer:
        """One request, judged."""
        answer = await self.person.ask(method, path, json=json, key=key)
        self.answers.append(answer)
        if found := wrong_with(answer, self.granted):
            self.wrong.append(found)
        return answer

    def served_since(self, moment: float) -> bool:
        """Whether a request made after the moment was granted."""
        return any(answer.granted and answer.began >= moment for answer in self.answers)

    def refused_since(self, moment: float) -> int:
        """How many requests made after the moment were not granted."""
        return sum(not answer.granted and answer.began >= moment for answer in self.answers)

    @property
    def slowest(self) -> float:
        """Seconds."""
        return max((answer.seconds for answer in self.answers), default=0.0)

    @property
    def statuses(self) -> Counter[int]:
        """How often each status was answered."""
        return Counter(answer.status for answer in self.answers)

    def must(self, holds: bool, otherwise: str) -> None:
        """Enters what does not hold."""
        if not holds:
            self.wrong.append(otherwise)
