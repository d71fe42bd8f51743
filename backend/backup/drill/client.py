"""A person at the API."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import orjson

from backup.errors import BackupError

_SECONDS = 30.0


class NoAnswer(Exception):
    """The server is not there, or does not serve now."""


class Client:
    """One connection. A new one is made for each request after it broke."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_SECONDS)
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def register(self, email: str, password: str) -> str:
        """A new account; its token."""
        return self._token("register", email, password)

    def sign_in(self, email: str, password: str) -> str:
        return self._token("login", email, password)

    def add(self, title: str) -> str:
        """A new task; its id, once the server has it."""
        task: str = self._post("/api/v1/tasks", {"title": title})["task"]["id"]
        return task

    def _token(self, how: str, email: str, password: str) -> str:
        token: str = self._post(f"/api/auth/{how}", {"email": email, "password": password})["token"]["access_token"]
        return token

    def _post(self, path: str, body: dict[str, str]) -> Any:
        try:
            self._connection.request("POST", path, orjson.dumps(body), self._headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise NoAnswer from error
        if answer.status >= http.client.INTERNAL_SERVER_ERROR:
            raise NoAnswer
        if answer.status >= http.client.BAD_REQUEST:
            raise BackupError(
                f"The drill's server answered {answer.status} to {path}: {content.decode(errors='replace')}"
            )
        return orjson.loads(content)
