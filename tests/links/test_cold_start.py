"""A database that has gone to sleep and takes five seconds to wake, while a hundred people wait for it."""

import asyncio
import time
from pathlib import Path

import httpx

from api.database.embedded import running
from api.database.url import parse_url
from tests.conftest import NO_TLS, Person, register, serving_on
from tests.links.modes import JWT_SECRET, ServedDatabase
from tests.links.waking import Waking

WAKING_SECONDS = 5.0
CROWD = 100
DIALS_MAX = 3
"""One of each of two workers, and one of the process above them, which tidies."""


async def ask_all(url: str, people: list[Person]) -> list[int]:
    """A hundred clients at once, every other one writes; the statuses."""
    limits = httpx.Limits(max_connections=CROWD)

    async with httpx.AsyncClient(base_url=url, timeout=60, verify=NO_TLS, limits=limits) as client:

        async def ask(place: int) -> int:
            headers = {"Authorization": f"Bearer {people[place % len(people)].token}"}
            if place % 2:
                answer = await client.post("/api/v1/tasks", headers=headers, json={"title": f"Task {place}"})
            else:
                answer = await client.get("/api/v1/tasks", headers=headers)
            return answer.status_code

        return await asyncio.gather(*map(ask, range(CROWD)))


def test_a_hundred_people_wait_for_a_cold_start(tmp_path: Path) -> None:
    (tmp_path / "link").mkdir()
    with running(tmp_path / "behind", serving=True) as postgres:
        link = Waking(parse_url(postgres.url), tmp_path / "link", WAKING_SECONDS)
        with link.up():
            given = {"DATABASE_URL": link.url, "NEON_DATABASE_URL_UNPOOLED": postgres.url, "JWT_SECRET": JWT_SECRET}
            database = ServedDatabase(given, postgres)
            with serving_on(database, tmp_path / "data", "--workers", "2", TODO_RATE_LIMIT="off") as server:
                people = [register(server, "ada") for _ in range(10)]
                for _ in range(2):
                    before, link.most = link.dials, 0
                    link.sleep()
                    begun = time.monotonic()
                    statuses = asyncio.run(ask_all(server.url, people))
                    assert time.monotonic() - begun >= WAKING_SECONDS
                    assert {status: statuses.count(status) for status in statuses} == {200: 50, 201: 50}
                    assert 1 <= link.most <= DIALS_MAX
                    assert link.dials > before
                assert sum(len(person.tasks()) for person in people) == CROWD
                for person in people:
                    person.client.close()
            assert not any("Traceback" in line for line in server.output)
