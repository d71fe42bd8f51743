"""Somebody signed in, on a connection of their own: asks, measures, and looks whose tasks come back."""

import json
import random
import re
import time

from bench.endurance.connection import Answer, Broken, Connection, request
from bench.endurance.tally import Tally
from bench.people import PASSWORD, Person, email

_COOKIE = re.compile(rb"\r\nset-cookie: *todo_refresh=([^;]+);", re.IGNORECASE)
_EARLY_SECONDS = 60.0
"""Before its end a token is renewed, as a page that stays open does."""


class Wrong(Exception):
    """An answer that is not what it must be; `str(error)` says how."""


class Session:
    """Of the person at `place`."""

    def __init__(self, place: int, person: Person, url: str) -> None:
        self._email = email(place)
        self._mine = f'"user_id":"{person.user_id}"'.encode()
        self._connection = Connection(url)
        self._authorization = ""
        self._refresh_token = ""
        self._renew_at = 0.0
        self._began = 0.0
        self.tally = Tally()

    async def sign_in(self, chance: random.Random) -> None:
        """Once. The first renewal comes at any time of the token's life, so that not all come at once."""
        account = json.dumps({"email": self._email, "password": PASSWORD})
        answer = await self._connection.ask(request("POST", "/api/auth/login", body=account))
        cookie = _COOKIE.search(answer.head)
        if answer.status != 200 or cookie is None:
            raise Broken(f"signing in was answered {answer.status}")
        self._refresh_token = cookie[1].decode()
        self._renew_at = time.monotonic() + chance.uniform(0, self._take(answer))

    def begin(self, tally: Tally) -> None:
        """From now on everything counts there."""
        self.tally, self._began = tally, time.perf_counter()

    @property
    def elapsed(self) -> float:
        """Seconds since then."""
        return time.perf_counter() - self._began

    @property
    def due(self) -> bool:
        """Whether it is time to renew the token."""
        return time.monotonic() > self._renew_at

    async def renew(self) -> None:
        """A new token, for the refresh token, which is new then as well."""
        body = json.dumps({"refresh_token": self._refresh_token})
        answer = await self._answered("renew", 200, request("POST", "/api/auth/refresh", body=body))
        self._refresh_token = json.loads(answer.body)["refresh_token"]
        self._renew_at = time.monotonic() + self._take(answer)

    async def ask(
        self, kind: str, expected: int, method: str, path: str, *, headers: str = "", body: str = ""
    ) -> Answer:
        """The answer, counted as `kind`. Raises `Wrong` for another status or somebody else's task, and `Broken`."""
        answer = await self._answered(kind, expected, request(method, path, self._authorization + headers, body))
        if answer.body.count(b'"user_id":') != self.tasks_in(answer):
            raise Wrong("SOMEBODY ELSE'S TASK")
        return answer

    def tasks_in(self, answer: Answer) -> int:
        """How many tasks of this person it holds."""
        return answer.body.count(self._mine)

    def leave(self) -> None:
        """Closes the connection."""
        self._connection.close()

    async def _answered(self, kind: str, expected: int, sent: bytes) -> Answer:
        began = time.perf_counter()
        answer = await self._connection.ask(sent)
        self.tally.note(kind, began - self._began, time.perf_counter() - began)
        if answer.status != expected:
            raise Wrong(f"answered {answer.status} instead of {expected}")
        return answer

    def _take(self, answer: Answer) -> float:
        """The token; the seconds until it is to be renewed."""
        token = json.loads(answer.body)["token"]
        self._authorization = f"Authorization: Bearer {token['access_token']}\r\n"
        return float(token["expires_in"]) - _EARLY_SECONDS
