"""Columns and a view take other types, and their old ones again, while requests run: none may fail."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from api.database.embedded import Postgres
from api.database.faults import Fault, fault_of, is_stale
from api.database.url import parse_url
from tests.conftest import PASSWORD, Person, Server, register, serving_on
from tests.links import modes

CHANGES = 8
BETWEEN_SECONDS = 0.3
TYPES = (("varchar(100)", "int"), ("text", "bigint"))


WAYS = ["direct", "idle-cut", "pooler", *(["pooler-prepared"] if modes.pooler_prepares() else [])]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[modes.ServedDatabase]:
    with modes.opened(request.param, tmp_path / "way") as make:
        database = make()
        assert database is not None
        yield database


def test_types_change_under_load(way: modes.ServedDatabase, tmp_path: Path) -> None:
    with serving_on(way, tmp_path / "data", TODO_RATE_LIMIT="off") as server:
        person = register(server, "ada")
        for number in range(30):
            person.add(f"Task {number}")
        with load(server, person) as (done, failed):
            asyncio.run(change_types(way.direct, done))
        person.client.close()
        assert failed == []
        assert not any("Traceback" in line for line in server.output)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (asyncpg.InvalidCachedStatementError("cached plan must not change result type"), Fault.ROLLED_BACK),
        (asyncpg.InvalidBinaryRepresentationError("incorrect binary data format"), Fault.ROLLED_BACK),
        (asyncpg.ProtocolViolationError("insufficient data left in message"), Fault.GONE),
        (AssertionError("insufficient data in buffer: requested 8 remaining 4"), Fault.GONE),
        (BufferError("unexpected trailing 4 bytes in buffer"), Fault.GONE),
    ],
)
def test_what_no_longer_fits_is_repeated(error: Exception, fault: Fault) -> None:
    assert (fault_of(error), is_stale(error)) == (fault, True)
    assert not is_stale(AssertionError("something else"))


async def change_types(database: Postgres, done: list[int]) -> None:
    """Again and again; each change only after more requests were answered."""
    connection = await asyncpg.connect(**parse_url(database.superuser_url).arguments)
    for change in range(CHANGES):
        enough, deadline = len(done) + 30, time.monotonic() + 60
        while len(done) < enough:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        await asyncio.sleep(BETWEEN_SECONDS)
        text, number = TYPES[change % 2]
        await change_once(connection, text, number)
    await connection.close()


async def change_once(connection: asyncpg.Connection, text: str, number: str) -> None:
    """In one transaction, as a migration does; a deadlock with a request ends either of them, and a migration is run again."""
    while True:
        try:
            async with connection.transaction():
                await connection.execute(f"""
                    drop view todo.own_tasks;
                    alter table todo.users alter column name type {text};
                    alter table todo.tasks alter column title type {text}, alter column number type {number};
                    create view todo.own_tasks as select * from todo.tasks;
                    alter view todo.own_tasks owner to todo_app;
                    grant select on todo.own_tasks to todo""")  # noqa: S608 - our own words
        except asyncpg.DeadlockDetectedError:
            continue
        return


@contextmanager
def load(server: Server, person: Person) -> Iterator[tuple[list[int], list[str]]]:
    """Reading and writing from several sides; the statuses of the answers, and what went wrong."""
    stop, done, failed = threading.Event(), list[int](), list[str]()

    def work(place: int) -> None:
        with server.client(Authorization=f"Bearer {person.token}") as client:
            while not stop.is_set():
                for answer in asked(client, place):
                    done.append(answer.status_code)
                    if answer.status_code not in {200, 201}:
                        failed.append(f"{answer.request.method} {answer.request.url}: {answer.text}")

    threads = [threading.Thread(target=work, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    try:
        yield done, failed
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def asked(client: httpx.Client, place: int) -> Iterator[httpx.Response]:
    tasks = "/api/v1/tasks"
    yield client.get(tasks, params={"sort": "title", "limit": 10})
    yield client.get(tasks, params={"limit": 10})
    yield client.get(f"{tasks}/summary")
    yield client.get("/api/auth/me")
    yield client.patch("/api/auth/me", json={"name": f"Ada {place}"})
    yield client.get(f"{tasks}/{place + 1}")
    yield client.patch(f"{tasks}/{place + 1}", json={"title": "Grüße 🎉"})
    made = client.post(tasks, json={"title": "Buy milk"})
    yield made
    if made.status_code == 201:
        client.delete(f"{tasks}/{made.json()['task']['id']}")
    body = {"email": client.get("/api/auth/me").json()["user"]["email"], "password": PASSWORD}
    yield client.post("/api/auth/login", json=body)
