"""What is done to PostgreSQL itself."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator

import asyncpg

from api.database.embedded import process_table
from durability.faults.site import Site

_SERVERS = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'todo' and application_name = 'todo'"


async def signalled(site: Site, kind: signal.Signals) -> None:
    """SIGINT: fast shutdown. SIGQUIT: immediate. It is started again by whoever supervises it."""
    os.kill(site.postmaster, kind)


async def killed(site: Site) -> None:
    """All of its processes at once, as when the machine kills them."""
    process_table.send(list(process_table.of_cluster(site.data_dir / "postgres")), signal.SIGKILL)


async def terminated(site: Site) -> None:
    """Every connection of the server's, by the administrator."""
    async with site.superuser_session() as session:
        await session.execute(_SERVERS)


@contextlib.asynccontextmanager
async def shutting_down(site: Site) -> AsyncIterator[None]:
    """Answers 57P03 to each new connection: a smart shutdown that waits for a connection of ours."""
    async with site.superuser_session() as session:
        os.kill(site.postmaster, signal.SIGTERM)
        await asyncio.sleep(0.2)
        await session.execute(_SERVERS)
        yield


@contextlib.asynccontextmanager
async def read_only(site: Site) -> AsyncIterator[None]:
    """25006 to what writes."""
    async with site.superuser_session() as session:
        await session.execute("alter system set default_transaction_read_only = on")
        await session.execute("select pg_reload_conf()")
        try:
            yield
        finally:
            await session.execute("set default_transaction_read_only = off")
            await session.execute("alter system reset default_transaction_read_only")
            await session.execute("select pg_reload_conf()")


@contextlib.asynccontextmanager
async def no_more_connections(site: Site) -> AsyncIterator[None]:
    """53300 to each new connection, and the old ones are gone."""
    async with site.superuser_session() as session:
        await session.execute("alter role todo connection limit 0")
        await session.execute(_SERVERS)
        try:
            yield
        finally:
            await session.execute("alter role todo connection limit -1")


@contextlib.asynccontextmanager
async def locked(site: Site) -> AsyncIterator[None]:
    """Whoever reads or writes tasks or accounts waits, and fills the pool."""
    async with site.superuser_session() as session:
        while True:
            await session.execute("begin")
            try:
                await session.execute("lock table todo.tasks, todo.users in access exclusive mode")
            except asyncpg.DeadlockDetectedError:  # people hold the one and want the other
                await session.execute("rollback")
            else:
                break
        yield
