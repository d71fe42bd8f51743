"""Somebody with an account, and their requests."""

import asyncio
import secrets
import time
from typing import Any

import httpx

from durability.faults.answers import LONGEST_SECONDS, Answer

TASKS = "/api/v1/tasks"
_PATIENCE = LONGEST_SECONDS + 10
"""Seconds; longer than allowed, so that what is late is measured and not only missed."""


class Person:
    """Signed in on the server at `url`, by as many connections as are needed."""

    def __init__(self, url: str, name: str) -> None:
        self.email = f"{name}-{secrets.token_hex(6)}@example.com"
        self.password = secrets.token_urlsafe(16)
        self.token = ""
        self._client = httpx.AsyncClient(base_url=url, timeout=_PATIENCE, trust_env=False, verify=False)  # noqa: S501

    async def register(self) -> None:
        """Before anything fails."""
        answer = await self.ask("POST", "/api/auth/register", json=self.credentials)
        if answer.status != 201:
            raise SystemExit(f"Nobody can register: {answer.status} {answer.body[:200]!r}")
        self.token = answer.json()["token"]["access_token"]

    @property
    def credentials(self) -> dict[str, str]:
        """The body of a sign-in."""
        return {"email": self.email, "password": self.password}

    async def ask(
        self, method: str, path: str, *, json: object = None, key: str | None = None, token: str | None = None
    ) -> Answer:
        """The answer, whatever it is; `key` is an Idempotency-Key."""
        headers = {"Authorization": f"Bearer {token or self.token}"} if token or self.token else {}
        if key:
            headers["Idempotency-Key"] = key
        began = time.monotonic()
        try:
            found = await self._client.request(method, path, json=json, headers=headers)
        except httpx.HTTPError as error:
            return Answer(0, type(error).__name__.encode(), {}, began, time.monotonic())
        return Answer(found.status_code, found.content, dict(found.headers), began, time.monotonic())

    async def surely(self, method: str, path: str, **more: Any) -> Answer:
        """The answer once it is granted, for the time before and after a fault. Asked for again while it is 503."""
        deadline = time.monotonic() + LONGEST_SECONDS
        while True:
            answer = await self.ask(method, path, **more)
            if answer.status != 503 or time.monotonic() > deadline:
                return answer
            await asyncio.sleep(0.2)

    async def tasks(self, place: str = "") -> list[dict[str, Any]]:
        """All of them; with `/deleted`, those in the bin."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            answer = await self.surely("GET", f"{TASKS}{place}?limit=10000{cursor}")
            if answer.status != 200:
                raise RuntimeError(f"the tasks cannot be read after the fault: {answer.status}")
            page = answer.json()
            found += page["tasks"]
            if not page["next_cursor"]:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    async def leave(self) -> None:
        """Closes the connections."""
        await self._client.aclose()
