"""Whose tasks: 100 people with 1,000 each, and 3 with 10,000; registered over HTTP, so that their tokens are real."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from api.database.url import parse_url
from api.utils.ids import new_id
from todo import rules

PASSWORD = "a quiet garden in October"  # noqa: S105 - of people who live for five minutes
PEOPLE, TASKS = 100, 1_000
LARGE_PEOPLE, LARGE_TASKS = 3, 10_000
DELETABLE = 500
"""Tasks of each of the 100 that are there to be deleted, numbered from 100,001; only while deletions are measured."""
_ROOMS = ("garden", "kitchen", "workshop", "cellar", "attic", "library", "hall", "stable", "orchard", "pantry")
_WORKS = ("Sweep", "Paint", "Measure", "Tidy", "Repair")
SEARCH = "sweep the ORCHARD"
"""Found in one task of fifty."""


@dataclass(frozen=True)
class Crowd:
    """People who take turns: `count` of them from place `first` on, with at least `tasks` tasks each."""

    first: int
    count: int
    tasks: int


EVERYBODY = Crowd(0, PEOPLE, TASKS)
LARGE = Crowd(PEOPLE, LARGE_PEOPLE, LARGE_TASKS)


@dataclass(frozen=True)
class Person:
    """Somebody with an account, signed in."""

    user_id: UUID
    session_id: UUID
    token: str


def title(number: int) -> str:
    """Of a task with this number."""
    return f"{_WORKS[number % 5]} the {_ROOMS[number // 5 % 10]}, part {number}"


def description(number: int) -> str:
    """One task in two has one."""
    return f"Bring the long ladder and the grey bucket; the key of number {number} hangs by the door." * (number % 2)


def register(url: str, count: int) -> list[Person]:
    """Accounts for so many people, signed in. Each token is tried once."""
    with httpx.Client(base_url=url, timeout=60) as client, ThreadPoolExecutor(4) as threads:

        def one(place: int) -> Person:
            account = {"email": email(place), "password": PASSWORD}
            answer = client.post("/api/auth/register", json=account).raise_for_status()
            token = answer.json()["token"]["access_token"]
            client.get("/api/v1/tasks", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
            refused = client.get("/api/v1/tasks", headers={"Authorization": f"Bearer {token}x"})
            if refused.status_code != 401:
                raise SystemExit("The server takes a token with a wrong signature: there is no point in going on.")
            claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
            return Person(UUID(claims["sub"]), UUID(claims["sid"]), token)

        return list(threads.map(one, range(count)))


def email(place: int) -> str:
    """The address of the person at this place."""
    return f"person-{place}@example.com"


class Store:
    """The database behind the server's back, as superuser: fills it, and puts it back after writes."""

    def __init__(self, superuser_url: str) -> None:
        self._target = parse_url(superuser_url)

    async def fill(self, people: list[Person]) -> None:
        """Everybody's tasks, and a table by which pgbench finds the people."""
        connection = await self._connect()
        for place, person in enumerate(people):
            count = TASKS if place < PEOPLE else LARGE_TASKS
            await self._copy(connection, person, range(1, count + 1))
        await connection.execute(
            "create schema bench; create table bench.people (place int primary key, user_id uuid, session_id uuid);"
            "grant usage on schema bench to todo; grant select on bench.people to todo"
        )
        await connection.copy_records_to_table(
            "people",
            schema_name="bench",
            records=[(place, person.user_id, person.session_id) for place, person in enumerate(people)],
        )
        await connection.execute("analyze")
        await connection.execute("vacuum todo.tasks")
        await connection.close()

    async def add_deletable(self) -> None:
        """What deletions take away, copied from tasks that stay."""
        await self._run(
            "insert into todo.tasks (id, user_id, number, title, description, search_text)"
            " select uuidv7(), t.user_id, 100000 + t.number, t.title, t.description, t.search_text"
            " from todo.tasks t join bench.people p using (user_id) where p.place < $1 and number <= $2",
            PEOPLE,
            DELETABLE,
        )

    async def put_back(self) -> None:
        """The tasks that were there at first, and no more."""
        await self._run(
            "delete from todo.tasks t using bench.people p"
            " where p.user_id = t.user_id and p.place < $1 and t.number > $2",
            PEOPLE,
            TASKS,
        )
        for statement in (
            "delete from todo.idempotency_keys",
            "vacuum todo.tasks, todo.idempotency_keys",
            "checkpoint",
        ):
            await self._run(statement)

    async def version(self) -> str:
        """PostgreSQL's."""
        connection = await self._connect()
        found = await connection.fetchval("show server_version")
        await connection.close()
        return str(found)

    async def _copy(self, connection: Any, person: Person, numbers: range) -> None:
        await connection.copy_records_to_table(
            "tasks",
            schema_name="todo",
            columns=["id", "user_id", "number", "title", "description", "completed", "search_text"],
            records=[
                (
                    *(new_id(), person.user_id, number, title(number), description(number), number % 3 == 0),
                    rules.searchable(title(number), description(number)),
                )
                for number in numbers
            ],
        )

    async def _run(self, statement: str, *values: object) -> None:
        connection = await self._connect()
        await connection.execute(statement, *values)
        await connection.close()

    async def _connect(self) -> Any:
        return await asyncpg.connect(**self._target.arguments)
