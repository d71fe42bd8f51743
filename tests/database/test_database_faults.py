"""What a request is told, and how long it waits, when the link is worse than closed or the disk is full."""

import asyncio
import time
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import budget, dialler, entry, session
from api.database.budget import Budget
from api.database.outcome import MARK
from api.database.room import LEAST_BYTES, Room
from api.database.transaction import Transaction
from api.database.wall import check_wall
from api.errors import DatabaseUnavailable, StorageFull, Unauthorized
from durability.faults.disk import CannotMount, fill, mounted
from durability.faults.proxy import Proxy, Way
from tests.database.conftest import Fresh
from tests.database.test_database_retries import Adding, linked, nothing, numbers, run


def test_a_link_that_fell_silent_is_waited_for_once(shared: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    """The idle connections beside it are as silent: none of them is tried."""
    monkeypatch.setattr(dialler, "COMMAND_SECONDS", 0.5)
    tries: list[int] = []

    async def pause(number: int) -> None:
        tries.append(number)

    monkeypatch.setattr(session, "_pause", pause)

    async def go() -> None:
        async with linked(shared) as (link, database, person):
            who = entry.as_user(person)
            met = asyncio.Barrier(5)

            async def meet(_: Transaction) -> None:
                await met.wait()

            await asyncio.gather(*(database.transact(who, meet) for _ in range(5)))
            assert len(database._pool._idle) == 5
            link.swallowing = Way.ANSWERS
            asking = asyncio.create_task(database.transact(who, Adding(person)))
            await asyncio.sleep(0.1)
            link.swallowing = Way(0)  # for new links; those that swallowed something stay silent
            for each in link._links:
                each.dead |= Way.ANSWERS
            assert await asking == 1
            assert tries == [0]
            assert await numbers(shared, person) == [1]

    run(go())


def test_what_happened_to_a_write_may_stay_unknown_and_is_said_so(shared: Fresh) -> None:
    async def go() -> None:
        async with linked(shared) as (link, database, person):
            who = entry.as_user(person)
            adding = Adding(person)
            lost = asyncio.Event()

            async def last_work(transaction: Transaction) -> int:
                result = await adding(transaction)
                link.lose_commits, link.resetting = 1, True
                lost.set()
                return result

            with pytest.raises(DatabaseUnavailable, match="not known"):
                await database.transact(who, last_work, seconds=1)
            assert lost.is_set()
            with pytest.raises(DatabaseUnavailable, match="nothing was lost"):
                await database.transact(who, Adding(person, 2), seconds=1)
            link.resetting = False
            assert await numbers(shared, person) == [1]

    run(go())


def test_a_commit_under_way_when_time_is_up_is_unknown_too(shared: Fresh) -> None:
    async def go() -> None:
        async with linked(shared) as (link, database, person):
            who = entry.as_user(person)
            await database.transact(who, Adding(person, 1))

            async def last_work(transaction: Transaction) -> None:
                await Adding(person, 2)(transaction)
                transaction.xid = await transaction.fetchval(f"select {MARK}")
                link.stall()

            with pytest.raises(DatabaseUnavailable, match="not known"):
                await database.transact(who, last_work, seconds=1)
            link.move()

    run(go())


def test_the_transactions_of_one_request_share_its_time(shared: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "BUDGET_SECONDS", 3.0)

    async def go() -> None:
        async with linked(shared) as (link, database, person):
            link.resetting = True
            budget.current.set(Budget())
            began = time.monotonic()
            for _ in range(4):
                with pytest.raises(DatabaseUnavailable):
                    await database.transact(entry.as_user(person), nothing)
            assert time.monotonic() - began < 6

    run(go())


def test_a_connection_that_did_not_answer_a_question_about_health_is_not_used_again(shared: Fresh) -> None:
    async def go() -> None:
        async with Proxy(shared.target).up() as link, shared.opened(link.target, pool_size=1) as database:
            await database.transact(entry.ACCOUNTS, nothing)
            link.stall()
            assert not await database.well(within=0)
            link.move()
            assert not database._pool._idle
            assert await database.well(within=0)

    run(go())


def test_a_dial_whose_link_falls_silent_midway_ends_in_time(shared: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialler, "CONNECT_SECONDS", 1.0)

    async def go() -> None:
        async with Proxy(shared.target).up() as link:

            async def verify(connection: asyncpg.Connection) -> None:
                link.swallowing = Way.ANSWERS
                await check_wall(connection)

            dial = dialler.Dialler(link.target, prepared_statements=True, verify=verify).connect
            began = time.monotonic()
            with pytest.raises(TimeoutError):
                await dial()
            assert time.monotonic() - began < dialler.COMMAND_SECONDS

    run(go())


def test_after_an_outage_the_first_connection_serves_who_waits_for_one(shared: Fresh) -> None:
    async def go() -> None:
        async with Proxy(shared.target).up() as link, shared.opened(link.target, pool_size=20) as database:
            link.resetting = True
            asking = [asyncio.create_task(database.transact(entry.ACCOUNTS, nothing)) for _ in range(20)]
            await asyncio.sleep(0.5)
            link.resetting, link.dials = False, 0
            await asyncio.gather(*asking)
            assert link.dials < 20

    run(go())


def test_why_nothing_is_served_is_logged_once(shared: Fresh, caplog: pytest.LogCaptureFixture) -> None:
    async def go() -> None:
        person = await shared.add_person()

        async def forbidden(transaction: Transaction) -> None:
            await transaction.execute("select from todo.idempotency_keys, pg_authid")

        async with shared.opened() as database:
            for _ in range(3):
                with pytest.raises(DatabaseUnavailable):
                    await database.transact(entry.as_user(person), forbidden)
            with pytest.raises(Unauthorized):
                await database.transact(entry.as_user(uuid4()), nothing)

    run(go())
    assert [record.getMessage() for record in caplog.records if record.name == "todo.database"] == [
        "the database does not serve: InsufficientPrivilegeError 42501"
    ]


def test_without_room_on_the_disk_only_reading_is_served(
    shared: Fresh, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def see(transaction: Transaction) -> int:
        return int(await transaction.fetchval("select count(*) from todo.tasks"))

    async def go(disk: Path, person: UUID) -> None:
        ballast = disk / "ballast"
        async with shared.opened(room=Room(disk)) as database:
            who = entry.as_user(person)
            await database.transact(who, Adding(person, 1))
            with ballast.open("wb") as file:
                fill(file.fileno(), leaving=LEAST_BYTES - 2**20)
            for _ in range(3):
                adding = Adding(person, 2)
                with pytest.raises(StorageFull):
                    await database.transact(who, adding)
                assert adding.runs == 1
                assert await database.transact(who, see) == 1
            assert await database.well(within=5)
            ballast.unlink()
            await database.transact(who, Adding(person, 3))
        assert await numbers(shared, person) == [1, 3]

    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        with mounted(disk, LEAST_BYTES + 8 * 2**20):
            run(go(disk, asyncio.run(shared.add_person())))
    except CannotMount as error:
        pytest.skip(str(error))
    assert [record.levelname for record in caplog.records if record.name == "todo.database"] == ["ERROR", "WARNING"]
    assert not Room(tmp_path / "absent").is_short()
