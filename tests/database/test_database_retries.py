"""The retry layer over a real PostgreSQL whose link fails."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import dialler, entry, session
from api.database.budget import BUDGET_SECONDS
from api.database.embedded import process_table, running
from api.database.faults import Fault, fault_of
from api.database.migrations import migrate
from api.database.outcome import MARK, committed
from api.database.session import Database
from api.database.transaction import Transaction
from api.database.url import Target
from api.errors import DatabaseUnavailable, Unauthorized
from durability.faults.proxy import Proxy
from tests.database.conftest import Fresh, cluster_of

INSERT = "insert into todo.tasks (id, user_id, number, title, search_text) values ($1, $2, $3, 'Buy milk', 'buy milk')"

ATTEMPT = "insert into todo.attempts (kind, address) values ('sign-in', $1)"


class Adding:
    """A unit of work that adds one task, and counts how often it ran."""

    def __init__(self, person: UUID, number: int = 1) -> None:
        self.person = person
        self.number = number
        self.runs = 0

    async def __call__(self, transaction: Transaction) -> int:
        self.runs += 1
        await transaction.execute(INSERT, uuid4(), self.person, self.number)
        return self.number


async def numbers(fresh: Fresh, person: UUID) -> list[int]:
    async with fresh.session() as connection:
        rows = await connection.fetch("select number from todo.tasks where user_id = $1 order by 1", person)
        return [row[0] for row in rows]


async def in_transaction(fresh: Fresh) -> int:
    """How many of the pool's connections stand in a transaction."""
    async with fresh.session() as connection:
        found: int = await connection.fetchval(
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'todo'"
            " and state <> 'idle'"
        )
        return found


async def nothing(_: Transaction) -> None:
    return None


@contextlib.asynccontextmanager
async def linked(fresh: Fresh, **more: Any) -> AsyncIterator[tuple[Proxy, Database, UUID]]:
    person = await fresh.add_person()
    async with Proxy(fresh.target).up() as link, fresh.opened(link.target, **more) as database:
        yield link, database, person


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 40))


def test_connections_killed_while_idle(shared: Fresh) -> None:
    async def go() -> None:
        person = await shared.add_person()
        async with shared.opened() as database:
            await asyncio.gather(*(database.transact(entry.as_user(person), nothing) for _ in range(5)))
            assert await shared.terminate() >= 1
            adding = Adding(person)
            assert await database.transact(entry.as_user(person), adding) == 1
            assert adding.runs == 1
            assert await numbers(shared, person) == [1]

    run(go())


def test_killed_in_the_middle_the_work_runs_again_and_counts_once(shared: Fresh) -> None:
    async def go() -> None:
        person = await shared.add_person()
        adding = Adding(person)

        async def work(transaction: Transaction) -> int:
            number = await adding(transaction)
            if adding.runs < 3:
                pid = await transaction.fetchval("select pg_backend_pid()")
                assert await shared.terminate(f"pid = {pid}") == 1
            await transaction.fetchval("select 1")
            return number

        async with shared.opened() as database:
            assert await database.transact(entry.as_user(person), work) == 1
        assert adding.runs == 3
        assert await numbers(shared, person) == [1]

    run(go())


@pytest.mark.parametrize("marked", [False, True])
def test_a_lost_answer_to_commit_is_looked_up(shared: Fresh, marked: bool) -> None:
    async def go() -> None:
        async with linked(shared) as (link, database, person):
            for number in range(1, 6):
                adding = Adding(person, number)

                async def work(transaction: Transaction, adding: Adding = adding) -> int:
                    result = await adding(transaction)
                    if marked:
                        transaction.xid = await transaction.fetchval(f"select {MARK}")
                    return result

                link.lose_commits = 1
                assert await database.transact(entry.as_user(person), work) == number
                assert (adding.runs, link.lose_commits) == (1, 0)
            assert await numbers(shared, person) == [1, 2, 3, 4, 5]
            link.lose_commits = 1
            await database.transact(entry.as_user(person), nothing)

    run(go())


def test_a_commit_that_never_arrived_is_done_again(shared: Fresh) -> None:
    async def go() -> None:
        async with linked(shared) as (link, database, person):
            adding = Adding(person)

            async def work(transaction: Transaction) -> int:
                result = await adding(transaction)
                transaction.xid = await transaction.fetchval(f"select {MARK}")
                if adding.runs == 1:
                    link.cut()
                return result

            assert await database.transact(entry.as_user(person), work) == 1
            assert adding.runs == 2
            assert await numbers(shared, person) == [1]

    run(go())


def test_after_crashes_an_id_that_was_given_out_again_proves_nothing(tmp_path: Path) -> None:
    """The id of a transaction that never reached the disk is another's after the crash, who may have committed."""
    data_dir = tmp_path / "data"

    def crash(*connections: asyncpg.Connection) -> None:
        process_table.send(list(process_table.of_cluster(data_dir / "postgres")), signal.SIGKILL)
        for connection in connections:
            connection.terminate()

    async def connected(target: Target) -> asyncpg.Connection:
        deadline = time.monotonic() + 10
        while True:
            try:
                return await asyncpg.connect(**target.arguments)
            except (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)

    async def write(database: Database, number: int) -> str:
        """Commits as the application does; its mark."""

        async def work(transaction: Transaction) -> str:
            await transaction.execute(ATTEMPT, str(number))
            transaction.xid = await transaction.fetchval(f"select {MARK}")
            assert transaction.xid
            return transaction.xid

        return await database.transact(entry.ACCOUNTS, work)

    async def go(target: Target) -> None:
        database = Database(target)
        before, sure = await connected(target), await write(database, 1)
        await before.execute("begin; select todo.enter_accounts()")
        await before.execute(ATTEMPT, "2")
        mark: str = await before.fetchval(f"select {MARK}")
        crash(before)

        between = await connected(target)
        assert [await committed(between, each) for each in (sure, mark)] == [True, False]
        reused = await write(database, 3)
        if reused.split()[0] != mark.split()[0]:
            pytest.skip("the lost transaction had reached the disk after all")
        assert await between.fetchval("select pg_xact_status($1::text::xid8)", reused.split()[0]) == "committed"
        for number in range(4, 20):
            await write(database, number)
        crash(between)

        # By now the log has come past the lost transaction's place.
        after = await connected(target)
        assert [await committed(after, each) for each in (sure, mark, reused)] == [True, False, True]
        assert await committed(after, await write(database, 20)) is True
        await after.close()
        await database.close()

    with running(data_dir, serving=True) as postgres:
        target = cluster_of(postgres).owner
        migrate(target)
        asyncio.run(go(target))


def test_deadlocks_and_serialization_failures_are_repeated(shared: Fresh) -> None:
    async def go() -> None:
        person = await shared.add_person()
        for number in (1, 2):
            await shared.add_task(person, number)
        runs = 0
        met = asyncio.Barrier(2)

        async def change(transaction: Transaction, first: int, second: int) -> None:
            nonlocal runs
            runs += 1
            update = "update todo.tasks set completed = not completed where user_id = $1 and number = $2"
            await transaction.execute(update, person, first)
            if runs <= 2:
                await met.wait()
            await transaction.execute(update, person, second)

        async with shared.opened() as database:
            await asyncio.gather(
                database.transact(entry.as_user(person), lambda transaction: change(transaction, 1, 2)),
                database.transact(entry.as_user(person), lambda transaction: change(transaction, 2, 1)),
            )
            assert runs == 3
            tries = 0

            async def unserializable(transaction: Transaction) -> int:
                nonlocal tries
                tries += 1
                if tries < 3:
                    await transaction.execute("do $$ begin raise 'again' using errcode = '40001'; end $$")
                return tries

            assert await database.transact(entry.as_user(person), unserializable) == 3
        async with shared.session() as connection:
            done = await connection.fetch("select completed from todo.tasks where user_id = $1", person)
            assert [row[0] for row in done] == [False, False]

    run(go())


def test_a_statement_that_takes_too_long_is_not_repeated(shared: Fresh) -> None:
    async def go() -> None:
        person = await shared.add_person()
        runs = 0

        async def slow(transaction: Transaction) -> None:
            nonlocal runs
            runs += 1
            await transaction.execute("set local statement_timeout = '100ms'")
            await transaction.execute("select pg_sleep(5)")

        async with shared.opened(pool_size=1) as database:
            with pytest.raises(DatabaseUnavailable):
                await database.transact(entry.as_user(person), slow)
            assert runs == 1
            assert await database.well(within=5)
            await database.transact(entry.as_user(person), nothing)

    run(go())


def test_the_limits_of_a_transaction_are_set(shared: Fresh) -> None:
    async def go() -> None:
        person = await shared.add_person()

        async def look(transaction: Transaction) -> list[str]:
            names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "role")
            return [await transaction.fetchval("select current_setting($1)", name) for name in names]

        async with shared.opened(pool_size=1) as database:
            assert await database.transact(entry.as_user(person), look) == ["5s", "2s", "10s", "todo_app"]
            assert await database.transact(entry.ACCOUNTS, look) == ["5s", "2s", "10s", "todo_accounts"]
            async with database._pool.lend() as connection:
                assert await connection.fetchval("select current_setting('role')") == "none"
                assert await connection.fetchval("select current_setting('statement_timeout')") == "0"
                assert await connection.fetchval("select current_setting('todo.user_id', true)") in ("", None)

    run(go())


def test_a_full_pool_serves_in_the_order_of_arrival(shared: Fresh) -> None:
    async def go() -> None:
        person = await shared.add_person()
        served: list[int] = []

        async def work(transaction: Transaction, place: int) -> None:
            served.append(place)
            await transaction.execute("select pg_sleep(0.01)")

        met = asyncio.Barrier(2)

        async def meet(_: Transaction) -> None:
            await met.wait()

        async with shared.opened(pool_size=2) as database:
            await asyncio.gather(*(database.transact(entry.as_user(person), meet) for _ in range(2)))  # both are there
            await asyncio.gather(
                *(
                    database.transact(entry.as_user(person), lambda t, place=place: work(t, place))  # type: ignore[misc]
                    for place in range(40)
                )
            )
        assert sorted(served) == list(range(40))
        assert all(abs(place - at) <= 3 for at, place in enumerate(served))

    run(go())


def test_more_waiters_than_are_allowed_are_sent_away_at_once(shared: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "WAITERS_MAX", 5)

    async def go() -> None:
        person = await shared.add_person()

        async def slow(transaction: Transaction) -> None:
            await transaction.execute("select pg_sleep(0.3)")

        async with shared.opened(pool_size=1) as database:
            started = time.monotonic()
            waiting = [asyncio.create_task(database.transact(entry.as_user(person), slow)) for _ in range(5)]
            await asyncio.sleep(0.05)
            with pytest.raises(DatabaseUnavailable):
                await database.transact(entry.as_user(person), nothing)
            assert time.monotonic() - started < 0.3
            await asyncio.gather(*waiting)
            await database.transact(entry.as_user(person), nothing)

    run(go())


@pytest.mark.parametrize("moment", [0.0, 0.01, 0.05])
def test_a_cancelled_request_leaves_no_transaction_open(shared: Fresh, moment: float) -> None:
    async def go() -> None:
        person = await shared.add_person()

        async def slow(transaction: Transaction) -> None:
            await Adding(person)(transaction)
            await transaction.execute("select pg_sleep(3)")

        async with shared.opened(pool_size=3) as database:
            await asyncio.gather(*(database.transact(entry.as_user(person), nothing) for _ in range(3)))
            tasks = [asyncio.create_task(database.transact(entry.as_user(person), slow)) for _ in range(6)]
            await asyncio.sleep(moment)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(result, asyncio.CancelledError) for result in results), results
            await asyncio.sleep(0.2)
            assert await in_transaction(shared) == 0
            assert await numbers(shared, person) == []
            await asyncio.gather(*(database.transact(entry.as_user(person), nothing) for _ in range(10)))

    run(go())


def test_many_waiters_at_a_dead_server_are_few_dials(shared: Fresh) -> None:
    async def go() -> None:
        async with linked(shared) as (link, database, person):
            await database.transact(entry.as_user(person), nothing)
            link.resetting = True
            link.cut()
            link.dials = 0
            started = time.monotonic()
            waiting = [asyncio.create_task(database.transact(entry.as_user(person), nothing)) for _ in range(50)]
            await asyncio.sleep(2)
            assert 2 <= link.dials <= 12
            assert not any(task.done() for task in waiting)
            link.resetting = False
            await asyncio.gather(*waiting)
            assert time.monotonic() - started < 6

    run(go())


def test_a_server_that_stays_away_costs_the_budget_and_no_more(shared: Fresh) -> None:
    async def go() -> None:
        async with linked(shared) as (link, database, person):
            link.resetting = True
            started = time.monotonic()
            results = await asyncio.gather(
                *(database.transact(entry.as_user(person), nothing, seconds=1) for _ in range(30)),
                return_exceptions=True,
            )
            assert all(isinstance(result, DatabaseUnavailable) for result in results)
            assert 0.9 < time.monotonic() - started < 2
            assert link.dials < 10
            assert not await database.well(within=5)
            assert not await database.well(within=0)
            link.resetting = False
            await asyncio.sleep(1.1)
            assert await database.well(within=0)
        assert BUDGET_SECONDS == 25
        assert dialler.CONNECT_SECONDS < BUDGET_SECONDS

    run(go())


def test_refusals_and_bugs_are_not_repeated(shared: Fresh) -> None:
    async def go() -> None:
        person = await shared.add_person()
        async with shared.opened(pool_size=1) as database:
            with pytest.raises(Unauthorized):
                await database.transact(entry.as_user(uuid4()), nothing)
            for wrong, kind in (
                (("select $1::bigint", 2**80), asyncpg.DataError),
                (("select 1 where $1::int = 1",), asyncpg.InterfaceError),
                (("select 1/0",), asyncpg.DivisionByZeroError),
                (("select * frm x",), asyncpg.PostgresSyntaxError),
            ):
                runs = 0

                async def work(transaction: Transaction, wrong: tuple[Any, ...] = wrong) -> None:
                    nonlocal runs
                    runs += 1
                    await transaction.fetchval(*wrong)

                with pytest.raises(kind):
                    await database.transact(entry.as_user(person), work)
                assert runs == 1
            await database.transact(entry.as_user(person), nothing)
            assert await database.well(within=5)

    run(go())


def test_without_prepared_statements(shared: Fresh) -> None:
    async def go() -> None:
        person = await shared.add_person()
        async with shared.opened(prepared_statements=False, pool_size=1) as database:
            for number in range(1, 4):
                await database.transact(entry.as_user(person), Adding(person, number))

            async def look(transaction: Transaction) -> int:
                return int(await transaction.fetchval("select count(*) from pg_prepared_statements where name <> ''"))

            assert await database.transact(entry.as_user(person), look) == 0
        assert await numbers(shared, person) == [1, 2, 3]

    run(go())


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ConnectionRefusedError(), Fault.GONE),
        (FileNotFoundError(), Fault.GONE),
        (TimeoutError(), Fault.GONE),
        (asyncpg.CannotConnectNowError(), Fault.GONE),
        (asyncpg.ConnectionDoesNotExistError(), Fault.GONE),
        (asyncpg.InternalClientError("got result for unknown protocol state 3"), Fault.GONE),
        (asyncpg.InterfaceError("connection is closed"), Fault.GONE),
        (asyncpg.InterfaceError("cannot call execute(): connection has been released back to the pool"), Fault.GONE),
        (asyncpg.InterfaceError("the server expects 1 argument for this query, 0 were passed"), Fault.NONE),
        (asyncpg.DataError("invalid input for query argument"), Fault.NONE),
        (asyncpg.ReadOnlySQLTransactionError(), Fault.GONE),
        (asyncpg.LockNotAvailableError(), Fault.ROLLED_BACK),
        (asyncpg.InvalidCachedStatementError(), Fault.ROLLED_BACK),
        (asyncpg.FeatureNotSupportedError(), Fault.NONE),
        (asyncpg.DiskFullError(), Fault.HOPELESS),
        (asyncpg.InvalidPasswordError(), Fault.HOPELESS),
        (asyncpg.ProtocolViolationError("server login has been failing"), Fault.GONE),
        (asyncpg.ProtocolViolationError("unsupported startup parameter"), Fault.HOPELESS),
        (asyncpg.UniqueViolationError(), Fault.NONE),
        (ValueError(), Fault.NONE),
    ],
)
def test_the_taxonomy(error: Exception, fault: Fault) -> None:
    assert fault_of(error) is fault
