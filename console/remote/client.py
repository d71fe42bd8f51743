"""Requests of one account: repeated where that is safe, and every refusal told as an error."""

import json
import random
import re
import time
from collections.abc import Mapping

from console.remote.account import Account
from console.remote.connection import Connection, Reply
from console.remote.errors import NoTodoServer, OutcomeUnknown, Refused, ServerRefused, TooMany, Unreachable
from todo.errors import ChangedMeanwhile

PATIENCE = 10.0
"""Seconds that a command spends in all on attempts that fail, and between them; then no other is made."""

_PASSING = {502, 503, 504}
_KEY_IN_USE = "IDEMPOTENCY_KEY_IN_USE"


class Problem(ServerRefused):
    """A refusal that the caller may know better words for.

    `status`, `code` as the server names it, and `place`, from 0, of what was wrong among several.
    """

    def __init__(self, status: int, problem: Mapping[str, object], detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = problem.get("error_code")
        found = re.search(r"\.(\d{1,6})\.", str(problem.get("errors", "")))
        self.place = int(found[1]) if found else 0


class Client:
    """Talks to the account's server. `patience`: seconds to wait in all for a server that is busy."""

    def __init__(self, account: Account, patience: float = PATIENCE) -> None:
        self.account = account
        self._connection = Connection(account.server)
        self._patience = patience

    def read(self, path: str) -> dict[str, object]:
        """The answer to a question. Raises `TodoError`."""
        return self._settled("GET", path, {}, None)

    def write(self, path: str, body: bytes, key: str) -> dict[str, object]:
        """The answer to a change, made once however often it is sent with this key. Raises `TodoError`."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self._settled("POST", path, headers, body)

    def delete(self, path: str) -> None:
        """Deletes what may be gone already. Raises `TodoError`."""
        self._settled("DELETE", path, {}, None)

    def _settled(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> dict[str, object]:
        headers = {**headers, "Authorization": f"Bearer {self.account.token}", "User-Agent": "todo"}
        patience, pause, sent = self._patience, 0.1, False
        while True:
            began = time.monotonic()
            try:
                reply = self._connection.ask(method, path, headers, body)
            except Unreachable as error:
                if not sent and not isinstance(error, OutcomeUnknown):
                    raise
                wait, failure = pause, error
            else:
                longer = _wait(reply, pause, patient=self._patience > PATIENCE)
                if longer is None:
                    return settled(reply, self.account.server, self.account.advice)
                wait = longer
                failure = Unreachable(f"{self.account.server} cannot answer: {detail_of(reply)}")
            sent = True
            patience -= time.monotonic() - began
            if wait > patience:
                if method == "POST":
                    raise OutcomeUnknown(f"{failure} The same command again does it once.") from failure
                raise failure
            time.sleep(wait)
            patience -= wait
            pause = min(pause * 2, 2.0) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads callers


def _wait(reply: Reply, pause: float, *, patient: bool) -> float | None:
    """Seconds until the next attempt; None for an answer that stands."""
    in_use = reply.status == 409 and problem_of(reply).get("error_code") == _KEY_IN_USE
    if reply.status not in _PASSING and not in_use and not (patient and reply.status == 429):
        return None
    after = str(reply.headers.get("Retry-After", ""))
    return max(pause, float(after)) if after.isascii() and after.isdecimal() else pause


def settled(reply: Reply, server: str, advice: str = "") -> dict[str, object]:
    """The answer's object, empty for 204. Raises `TodoError` for a refusal and for what is no answer of this server.

    `advice` is what to say where the token is not taken, unless it is to log in.
    """
    if reply.status == 204:
        return {}
    if 200 <= reply.status < 300:
        value = _object(reply)
        if value is None:
            raise NoTodoServer(server)
        return value
    problem = problem_of(reply)
    detail = detail_of(reply)
    match reply.status:
        case 401 if problem.get("error_code") == "UNAUTHORIZED":
            raise Refused(advice or f"{server} does not accept the login any more: `todo login {server}`.")
        case 403 if problem:
            raise Refused(detail)
        case 412:
            raise ChangedMeanwhile(detail)
        case 429:
            after = reply.headers.get("Retry-After")
            raise TooMany(f"{server} wants a pause: try again in {after} seconds." if after else detail)
        case 405:
            raise ServerRefused(f"{server} does not know this command: it needs a newer version.")
        case _ if problem:
            raise Problem(reply.status, problem, detail)
        case status if 300 <= status < 400:
            raise Unreachable(f"{server} sends us to {reply.headers.get('Location')}: log in there if that is right.")
        case 407:
            raise Unreachable(f"{server} cannot be reached: the proxy wants a password.")
        case _:
            raise NoTodoServer(server)


def problem_of(reply: Reply) -> dict[str, object]:
    """The refusal as the server tells it (RFC 9457); empty where it is something else."""
    value = _object(reply) if reply.headers.get_content_type() == "application/problem+json" else None
    return value or {}


def detail_of(reply: Reply) -> str:
    """The refusal in one sentence."""
    detail = problem_of(reply).get("detail")
    return str(detail) if detail else f"status {reply.status}."


def _object(reply: Reply) -> dict[str, object] | None:
    try:
        value = json.loads(reply.data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
