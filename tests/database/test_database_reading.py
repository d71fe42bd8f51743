"""Reading in one statement: it enters by itself, leaves nothing behind, and is repeated where that helps."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import entry
from api.database.entry import PersonalEntry
from api.database.session import Database
from api.database.transaction import Reading
from api.errors import TaskNotFound, Unauthorized
from api.models.task import Order
from api.repositories.task_reader import TaskReader
from durability.faults.proxy import Proxy
from tests.database.conftest import Fresh

ORDER = Order("number", descending=False)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 40))


async def titles(database: Database, who: PersonalEntry) -> str:
    async def work(reading: Reading) -> str:
        return (await TaskReader(reading).page(ORDER, 100, completed=None, search="", after=None)).tasks.decode()

    return await database.read(who, work)


async def a_session(fresh: Fresh, person: UUID) -> UUID:
    session_id = uuid4()
    async with fresh.session() as session:
        await session.execute(
            "insert into todo.sessions (id, user_id, expires_at) values ($1, $2, now() + interval '1 day')",
            session_id,
            person,
        )
    return session_id


def test_everybody_reads_their_own(shared: Fresh) -> None:
    async def go() -> None:
        ada, grace = await shared.add_person(), await shared.add_person()
        await shared.add_task(ada, title="Of Ada")
        task = await shared.add_task(grace, title="Of Grace")

        async def find(reading: Reading) -> object:
            return await TaskReader(reading).find(task)

        async with shared.opened(pool_size=1) as database:
            for _ in range(7):  # also once the plan is a generic one
                assert "Of Ada" in await titles(database, entry.as_user(ada))
                assert "Of Grace" not in await titles(database, entry.as_user(ada))
                assert "Of Grace" in await titles(database, entry.as_user(grace))
                assert await database.read(entry.as_user(ada), find) is None
                assert await database.read(entry.as_user(grace), find) is not None

    run(go())


def test_nothing_is_left_on_the_connection(shared: Fresh) -> None:
    async def go() -> None:
        ada = await shared.add_person()
        await shared.add_task(ada, title="Of Ada")
        async with shared.opened(pool_size=1) as database:
            await titles(database, entry.as_user(ada))
            async with database._pool.lend() as connection:
                assert await connection.fetchval("select current_setting('role')") == "none"
                assert await connection.fetchval("select current_setting('todo.user_id', true)") in ("", None)
                assert await connection.fetchval("select count(*) from todo.own_tasks") == 0

    run(go())


def test_who_may_not_enter_reads_nothing(shared: Fresh) -> None:
    async def go() -> None:
        ada, grace = await shared.add_person(), await shared.add_person()
        await shared.add_task(ada, title="Of Ada")
        session_id = await a_session(shared, ada)
        async with shared.opened(pool_size=1) as database:
            assert "Of Ada" in await titles(database, entry.as_session(ada, session_id))
            async with shared.session() as session:
                await session.execute("update todo.sessions set ended_at = now() where id = $1", session_id)
            for who in (
                entry.as_session(ada, session_id),
                entry.as_session(ada, await a_session(shared, grace)),
                entry.as_session(grace, session_id),
                entry.as_token(ada, b"no such hash"),
                entry.as_user(uuid4()),
            ):
                with pytest.raises(Unauthorized):
                    await titles(database, who)
            assert "Of Ada" in await titles(database, entry.as_user(ada))

    run(go())


def test_the_view_changes_nothing_of_anybody(shared: Fresh) -> None:
    """The URL's role may only read it, and nothing without a person."""

    async def go() -> None:
        ada = await shared.add_person()
        await shared.add_task(ada, title="Of Ada")
        connection = await asyncpg.connect(**shared.target.arguments)
        try:
            assert await connection.fetchval("select count(*) from todo.own_tasks") == 0
            for statement in ("delete from todo.own_tasks", "update todo.own_tasks set title = 'Mine'"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
        finally:
            await connection.close()

    run(go())


def test_killed_in_the_middle_it_is_read_again(shared: Fresh) -> None:
    async def go() -> None:
        ada = await shared.add_person()
        await shared.add_task(ada, title="Of Ada")
        runs = 0

        async def work(reading: Reading) -> str:
            nonlocal runs
            runs += 1
            if runs < 3:
                assert await shared.terminate() >= 1
            return (await TaskReader(reading).page(ORDER, 1, completed=None, search="", after=None)).tasks.decode()

        async with shared.opened() as database:
            assert "Of Ada" in await database.read(entry.as_user(ada), work)
        assert runs == 3

    run(go())


def test_an_answer_that_never_comes_is_asked_for_again(shared: Fresh) -> None:
    async def go() -> None:
        ada = await shared.add_person()
        await shared.add_task(ada, title="Of Ada")
        async with Proxy(shared.target).up() as link, shared.opened(link.target) as database:
            assert "Of Ada" in await titles(database, entry.as_user(ada))
            link.cut()
            assert "Of Ada" in await titles(database, entry.as_user(ada))

    run(go())


def test_a_refusal_keeps_the_connection_and_a_broken_reading_does_not(shared: Fresh) -> None:
    async def go() -> None:
        ada = await shared.add_person()

        async def refusing(_: Reading) -> None:
            raise TaskNotFound

        async def broken(_: Reading) -> None:
            raise ZeroDivisionError

        async with shared.opened(pool_size=1) as database:

            async def pid() -> int:
                async with database._pool.lend() as connection:
                    return int(connection.get_server_pid())

            first = await pid()
            with pytest.raises(TaskNotFound):
                await database.read(entry.as_user(ada), refusing)
            with pytest.raises(Unauthorized):
                await titles(database, entry.as_user(uuid4()))
            assert await pid() == first
            with pytest.raises(ZeroDivisionError):
                await database.read(entry.as_user(ada), broken)
            assert await pid() != first

    run(go())


def test_a_token_reads_from_a_database_that_takes_no_writing(fresh: Fresh) -> None:
    """Though its use cannot be noted."""

    async def go() -> None:
        ada = await fresh.add_person()
        await fresh.add_task(ada, title="Of Ada")
        async with fresh.session() as session:
            await session.execute(
                "insert into todo.access_tokens (id, user_id, hash, name) values ($1, $2, $3, 'script')",
                uuid4(),
                ada,
                b"hash",
            )
            await session.execute(f"alter database {fresh.target.database} set default_transaction_read_only = on")
        async with fresh.opened() as database:
            assert "Of Ada" in await titles(database, entry.as_token(ada, b"hash"))

    run(go())
