"""The pool: in order, bounded, and rid of what nobody uses."""

import asyncio
from typing import Any

import pytest

from api.database import pool as pool_module
from api.database.pool import Pool
from api.errors import DatabaseUnavailable


class Connection:
    """As much of one as the pool knows."""

    def __init__(self) -> None:
        self.closed = False

    def is_closed(self) -> bool:
        return self.closed

    def terminate(self) -> None:
        self.closed = True

    async def close(self, timeout: float) -> None:  # noqa: ASYNC109 - as asyncpg has it
        self.closed = True


async def connect(_: object) -> Any:
    await asyncio.sleep(0)
    return Connection()


def test_whoever_waits_longest_is_next() -> None:
    async def go() -> None:
        pool, served = Pool(connect, size=2), []

        async def use(place: int) -> None:
            async with pool.lend():
                served.append(place)
                await asyncio.sleep(0)
                if place < 20:  # comes again at once, and has to queue behind all the others
                    tasks.append(asyncio.create_task(use(place + 100)))

        tasks = [asyncio.create_task(use(place)) for place in range(20)]
        while not all(task.done() for task in tasks):
            await asyncio.gather(*tasks)
        assert served == [*range(20), *range(100, 120)]
        await pool.close(within=1)

    asyncio.run(go())


def test_no_more_than_its_size_and_the_last_used_first() -> None:
    async def go() -> None:
        pool = Pool(connect, size=2)
        async with pool.lend() as first, pool.lend() as second:
            third = asyncio.create_task(pool.acquire())
            await asyncio.sleep(0.01)
            assert not third.done()
        assert await third is first, "given back last"
        async with pool.lend() as again:
            assert again is second
        pool.release(first)
        await pool.close(within=1)
        assert first.closed
        assert second.closed

    asyncio.run(go())


def test_a_failed_connect_gives_the_turn_back() -> None:
    async def fail(_: object) -> Any:
        raise ConnectionRefusedError

    async def go() -> None:
        pool = Pool(fail, size=1)
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                await pool.acquire()
        await pool.close(within=1)

    asyncio.run(go())


def test_one_that_is_closed_is_not_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "SWEEP_SECONDS", 0.01)
    monkeypatch.setattr(pool_module, "IDLE_SECONDS", 0.05)

    async def go() -> None:
        pool = Pool(connect, size=1)
        async with pool.lend() as broken:
            broken.terminate()
        async with pool.lend() as idle:
            assert idle is not broken
        await asyncio.sleep(0.2)
        assert idle.closed, "unused for long enough"
        async with pool.lend() as other:
            assert other is not idle
            await asyncio.sleep(0.2)
            assert not other.closed, "in use"
        await pool.close(within=1)

    asyncio.run(go())


def test_one_that_was_cut_while_idle_is_not_lent() -> None:
    async def go() -> None:
        pool = Pool(connect, size=2)
        async with pool.lend() as first, pool.lend() as second:
            pass
        first.terminate()
        second.terminate()
        async with pool.lend() as other:
            assert other not in (first, second)
        await pool.close(within=1)

    asyncio.run(go())


def test_a_closed_pool_lets_nobody_wait() -> None:
    async def go() -> None:
        pool = Pool(connect, size=1)
        await pool.close(within=1)
        with pytest.raises(DatabaseUnavailable):
            await asyncio.wait_for(pool.acquire(), 1)

    asyncio.run(go())


def test_closing_waits_and_then_cuts() -> None:
    async def go() -> None:
        pool = Pool(connect, size=2)
        held = await pool.acquire()
        waiting = [asyncio.create_task(pool.acquire()) for _ in range(3)]
        await asyncio.sleep(0.01)
        await pool.close(within=0.05)
        assert held.closed
        pool.release(held)
        for refused in waiting[1:]:
            with pytest.raises(DatabaseUnavailable):
                await asyncio.wait_for(refused, 1)
        with pytest.raises(DatabaseUnavailable):
            await asyncio.wait_for(pool.acquire(), 1)

    asyncio.run(go())
