"""Whether two processes on one database are as good as one: they share nothing else."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bench.people import PASSWORD

_TASKS = "/api/v1/tasks"
_MANY = 100


def disagreements(first: str, second: str) -> list[str]:
    """What goes wrong when one person uses the servers at both URLs, in sentences; none if all is well."""
    account = {"email": "both@example.com", "password": PASSWORD}
    with httpx.Client(base_url=first, timeout=60) as one, httpx.Client(base_url=second, timeout=60) as other:
        signed_in = one.post("/api/auth/register", json=account).raise_for_status().json()
        for client in (one, other):
            client.headers["Authorization"] = f"Bearer {signed_in['token']['access_token']}"
        found = [*_numbers(one, other), *_reading(one, other), *_keys(one, other)]
        one.post("/api/auth/logout").raise_for_status()  # its session is in the cookie that the first answer brought
        if other.get(_TASKS).status_code != 401:
            found.append("Who has signed out at one process is still let in at the other.")
    return found


def _numbers(one: httpx.Client, other: httpx.Client) -> list[str]:
    """Tasks added at both at the same time are numbered without gap or repetition."""

    def add(turn: int) -> int:
        return int(_added((one, other)[turn % 2], {})["number"])

    with ThreadPoolExecutor(8) as threads:
        numbers = sorted(threads.map(add, range(_MANY)))
    return [] if numbers == list(range(1, _MANY + 1)) else [f"{_MANY} tasks added at both have the numbers {numbers}."]


def _reading(one: httpx.Client, other: httpx.Client) -> list[str]:
    """What one has answered, the other knows."""
    for writer, reader in ((one, other), (other, one)):
        task = _added(writer, {})
        path = f"{_TASKS}/{task['id']}"
        if reader.get(path).json().get("task") != task:
            return ["A task that one process has added is not there at the other."]
        writer.delete(path).raise_for_status()
        if reader.get(path).status_code != 404:
            return ["A task that one process has deleted is still there at the other."]
    return []


def _keys(one: httpx.Client, other: httpx.Client) -> list[str]:
    """A request that is repeated at the other process is not done again."""
    key = {"Idempotency-Key": "at both"}
    if _added(one, key) != _added(other, key):
        return ["A request that was repeated at the other process was done twice."]
    return []


def _added(client: httpx.Client, headers: dict[str, str]) -> dict[str, Any]:
    answer = client.post(_TASKS, json={"title": "Sweep the hall"}, headers=headers).raise_for_status()
    task: dict[str, Any] = answer.json()["task"]
    return task
