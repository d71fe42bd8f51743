"""By how many tasks a person has: one request at a time, in the largest database."""

from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

import httpx

from bench import people
from bench.cells import Cell
from bench.load import load
from bench.people import Crowd, Person
from bench.scale.growth import CELL
from bench.scale.stage import Stage
from bench.server import Server

PERSONS = "person"
_READ = Cell("read", "read")
_ABSENT = "a word that nobody wrote"


@dataclass(frozen=True)
class Asked:
    """One kind of request; `query` is for those that read the list."""

    title: str
    cell: Cell
    query: str = ""


def measure_persons(stage: Stage, server: Server) -> None:
    """All rounds; the kinds of people take turns."""
    size = stage.scale.sizes[-1]
    everybody = stage.people[size]
    asked = {person: _asked(server, everybody[person.first], person.tasks) for person in stage.scale.persons}
    for _ in range(stage.scale.rounds_beside):
        for number in range(len(asked[stage.scale.persons[0]])):
            for person, kinds in asked.items():
                _measure(stage, server, person, kinds[number])
        stage.put_back(size)


def _measure(stage: Stage, server: Server, person: Crowd, kind: Asked) -> None:
    everybody = stage.people[stage.scale.sizes[-1]]
    cell = replace(kind.cell, crowd=person, connections=1)
    work = partial(load, cell, server, everybody, 1, query=kind.query)
    stage.measure(PERSONS, kind.title, str(person.tasks), work)


def _asked(server: Server, person: Person, tasks: int) -> tuple[Asked, ...]:
    return (
        Asked("list 50, first page", CELL["list"]),
        Asked("list 50, from the middle", _READ, f"?limit=50&cursor={quote(_middle(server, person, tasks))}"),
        Asked("search, one in fifty found", _READ, f"?limit=50&q={quote(people.SEARCH)}"),
        Asked("search, nothing found", _READ, f"?limit=50&q={quote(_ABSENT)}"),
        Asked("get one", CELL["get"]),
        Asked("create", CELL["create"]),
    )


def _middle(server: Server, person: Person, tasks: int) -> str:
    """The cursor after half of the tasks, come by page by page as people do."""
    cursor, left = "", tasks // 2
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {person.token}"}, timeout=60) as client:
        while left:
            limit = min(left, 5_000)
            query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
            cursor = client.get("/api/v1/tasks", params=query).raise_for_status().json()["next_cursor"]
            left -= limit
    return cursor
