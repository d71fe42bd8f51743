"""Accounts that outlive the servers, and what a server has of their tasks."""

import secrets
from dataclasses import dataclass

from durability.shutdown.wire import Answer, Line

_PASSWORD = "a quiet garden in October"  # noqa: S105 - of accounts that nobody else has
TASKS = "/api/v1/tasks"


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in for the whole run."""

    token: str


async def register(port: int, count: int) -> list[Person]:
    """New accounts."""
    line, found = await Line.open(port), []
    for _ in range(count):
        sent = {"email": f"{secrets.token_hex(8)}@example.com", "password": _PASSWORD}
        answer = _sure(await line.ask("POST", "/api/auth/register", body=sent), 201)
        found.append(Person(answer.body["token"]["access_token"]))
    line.close()
    return found


async def take_titles(port: int, people: list[Person]) -> list[str]:
    """The titles of all their tasks, which are then in the bin: the next round begins with none."""
    line, titles = await Line.open(port), []
    for person in people:
        cursor: str | None = ""
        while cursor is not None:
            page = f"{TASKS}?limit=10000" + (f"&cursor={cursor}" if cursor else "")
            body = _sure(await line.ask("GET", page, person.token), 200).body
            titles += [task["title"] for task in body["tasks"]]
            cursor = body["next_cursor"]
        _sure(await line.ask("DELETE", f"{TASKS}?all=true", person.token), 200)
    line.close()
    return titles


def _sure(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise SystemExit(f"the server answered {answer.status}: {answer.body}")
    return answer
