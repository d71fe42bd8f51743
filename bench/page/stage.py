"""A server on its own database, and people with tasks on it."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.people import description, register, title
from bench.server import todo_server

_BATCH = 1_000
"""As many as the server takes in one call."""


@contextmanager
def serving(people: int) -> Iterator[tuple[str, list[httpx.Client]]]:
    """The URL of a server, and a signed-in client of each of so many people, who have no tasks yet."""
    with tempfile.TemporaryDirectory(prefix="todo-page-") as name:
        folder = Path(name)
        with todo_server(folder, 2, TODO_DATA_DIR=str(folder / "data")) as (url, _pid):
            tokens = [person.token for person in register(url, people)]
            clients = [
                httpx.Client(base_url=url, timeout=60, headers={"Authorization": f"Bearer {token}"}) for token in tokens
            ]
            try:
                yield url, clients
            finally:
                for client in clients:
                    client.close()


def fill(client: httpx.Client, tasks: Iterable[dict[str, Any]]) -> None:
    """Adds these tasks in their order."""
    every = list(tasks)
    for start in range(0, len(every), _BATCH):
        batch = {"tasks": every[start : start + _BATCH]}
        client.post("/api/v1/tasks/batch", json=batch).raise_for_status()


def many(count: int) -> Iterator[dict[str, Any]]:
    """As many tasks as wanted; one in three is done."""
    for number in range(1, count + 1):
        yield {"title": title(number), "description": description(number), "completed": number % 3 == 0}
