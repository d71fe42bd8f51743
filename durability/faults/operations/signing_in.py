"""Signing in: an acknowledged session lives."""

from typing import Any

from durability.faults.operations.operation import Operation
from durability.faults.person import TASKS


class SigningIn(Operation):
    name, granted, at_once, pause = "login", 200, 2, 1.0

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        self._tokens: list[str] = []

    async def once(self, place: int) -> None:
        answer = await self.ask("POST", "/api/auth/login", json=self.person.credentials)
        if answer.granted:
            self._tokens.append(answer.json()["token"]["access_token"])

    async def check(self) -> None:
        for token in self._tokens:
            answer = await self.person.surely("GET", f"{TASKS}?limit=1", token=token)
            self.must(answer.status == 200, f"an acknowledged session is answered {answer.status}")
