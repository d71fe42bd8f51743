"""One of those who write: sends, notes what was answered, repeats what has a key, and looks."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

from bench.endurance.connection import Answer, Broken, Connection, NotSent, request
from bench.people import PASSWORD, email
from durability.crash.answers import surprise, tasks_in
from durability.crash.attempt import Attempt, Outcome
from durability.crash.check import Violation
from durability.crash.journal import Journal
from durability.crash.ledger import Ledger
from durability.crash.result import Tally

_PAUSE = 0.1
"""Seconds before trying again what did not get through."""
_READS = 300
"""Tries of a read: half a minute."""
_ANEW = 0.1
"""Share of the questions on a new connection: else all would stay with the worker that was the first to be there."""
_UNKNOWN = {500, 502, 503, 504}


class Person:
    """At `place`, with a ledger. `url` waits until the server serves."""

    def __init__(self, place: int, url: Callable[[], Awaitable[str]], journal: Journal, tally: Tally) -> None:
        self.place = place
        self.ledger = Ledger()
        self.violations: list[Violation] = []
        self.acknowledged = 0
        self.user_id = ""
        self._url = url
        self._journal = journal
        self._tally = tally
        self._chance = random.Random(place)  # noqa: S311 - of no consequence for what is written
        self._connection = Connection("")
        self._connected_to = ""
        self._authorization = ""

    async def sign_up(self) -> None:
        """Once, before everything else; with a token that lasts."""
        account = json.dumps({"email": email(self.place), "password": PASSWORD})
        answer = await self._ask(request("POST", "/api/auth/register", body=account))
        told = json.loads(answer.body)
        self.user_id = told["user"]["id"]
        headers = f"Authorization: Bearer {told['token']['access_token']}\r\n"
        answer = await self._ask(request("POST", "/api/auth/tokens", headers, '{"name": "crash"}'))
        self._authorization = f"Authorization: Bearer {json.loads(answer.body)['token']}\r\n"

    async def write(self, attempt: Attempt) -> None:
        """Sends it, and notes how it ended."""
        self._journal.begun(self.place, attempt)
        try:
            answer = await self._ask(self._sent(attempt))
        except NotSent as broken:
            self._end(attempt, Outcome.REFUSED, str(broken))
            await asyncio.sleep(_PAUSE)
        except Broken as broken:
            self._end(attempt, Outcome.UNKNOWN, str(broken))
        else:
            self._judge(attempt, answer)
        self._tally.ended(attempt)

    async def repeat(self, doubt: Attempt) -> bool:
        """With the same key; whether it is known now. Whether it had happened, the answer says."""
        self._tally.repeated += 1
        try:
            answer = await self._ask(self._sent(doubt))
        except Broken:
            await asyncio.sleep(_PAUSE)
            return False
        if answer.status in _UNKNOWN or answer.status == 409:
            await asyncio.sleep(_PAUSE)
            return False
        tasks = self._believed(doubt, answer)
        self._tally.settled(doubt, happened=b"idempotent-replayed: true" in answer.head.lower())
        self.ledger.settle(doubt, tasks)
        doubt.outcome, doubt.reason = Outcome.ACKNOWLEDGED, "repeated with its key"
        self._journal.ended(self.place, doubt, (task["id"] for task in tasks or []))
        return True

    async def read(self, path: str, *expected: int) -> Any:
        """What is there. Reading may be refused for a while, and is repeated."""
        for _ in range(_READS):
            try:
                answer = await self._ask(request("GET", path, self._authorization))
            except Broken:
                answer = Answer(0, b"", b"")
            if answer.status in expected:
                return json.loads(answer.body)
            if answer.status not in {0, *_UNKNOWN}:
                break
            await asyncio.sleep(_PAUSE)
        self.violations.append(
            Violation("wrong", f"GET {path} by person {self.place}: {answer.status} {answer.body!r}")
        )
        return None

    def leave(self) -> None:
        """Closes the connection."""
        self._connection.close()

    def _judge(self, attempt: Attempt, answer: Answer) -> None:
        status = f"{answer.status}"
        if answer.status in _UNKNOWN:
            self._end(attempt, Outcome.UNKNOWN, status)
        elif answer.status >= 400:
            self._end(attempt, Outcome.REFUSED, status)
            if answer.status != attempt.expected:
                self._complain(attempt, f"answered {status} {answer.body[:300]!r}")
        else:
            tasks = self._believed(attempt, answer)
            if tasks is not None:
                self._end(attempt, Outcome.ACKNOWLEDGED, status, tasks)
                self.acknowledged += 1

    def _believed(self, attempt: Attempt, answer: Answer) -> list[dict[str, Any]] | None:
        """The tasks of an answer that is what was asked for; else it is a violation."""
        wrong = surprise(attempt, answer, self.user_id)
        if wrong:
            self._complain(attempt, wrong)
            return None
        return tasks_in(answer)

    def _complain(self, attempt: Attempt, what: str) -> None:
        keys = (f"#{attempt.number}#", *attempt.changes)
        self.violations.append(Violation("wrong", f"{attempt.name} of person {self.place}: {what}", keys))

    def _end(self, attempt: Attempt, outcome: Outcome, reason: str, tasks: list[dict[str, Any]] | None = None) -> None:
        self.ledger.end(attempt, outcome, reason, tasks)
        self._journal.ended(self.place, attempt, (task["id"] for task in tasks or []))

    def _sent(self, attempt: Attempt) -> bytes:
        return request(attempt.method, attempt.path, self._authorization + attempt.headers, attempt.body)

    async def _ask(self, sent: bytes) -> Answer:
        url = await self._url()
        if url != self._connected_to or self._chance.random() < _ANEW:
            self._connection.close()
            self._connection, self._connected_to = Connection(url), url
        return await self._connection.ask(sent)
