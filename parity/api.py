"""The API over one connection."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from parity.model import Fields

TASKS = "/api/v1/tasks"


class Api:
    """One account over one connection."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Fields | None = None) -> tuple[int, Any]:
        """Status and body of an answer."""
        sent = None if body is None else json.dumps(body).encode()
        self._connection.request(method, path, sent, self._headers)
        answer = self._connection.getresponse()
        data = answer.read()
        return answer.status, json.loads(data) if data else None

    def tasks(self) -> list[Fields]:
        """All of them, by number."""
        status, page = self.ask("GET", f"{TASKS}?limit=10000")
        assert (status, page["next_cursor"]) == (200, None), page  # noqa: S101
        found: list[Fields] = page["tasks"]
        return found

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
