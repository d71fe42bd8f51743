"""The rows of a database, written by the server inside PostgreSQL, and put back after writes.

Tasks lie as life leaves them: everybody's come evenly over the years, so that those of one person are spread over the
whole table. Laid side by side, person by person, they would be read faster than in any database that was lived in.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from api.database.url import parse_url
from api.utils.ids import new_id
from bench.people import Person, description, title
from bench.scale.spread import MOST
from todo import rules

_TABLES = """
create schema bench;
create table bench.people (place int primary key, user_id uuid, session_id uuid, tasks int);
create table bench.texts (number int primary key, title text, description text, search_text text);
grant usage on schema bench to todo;
grant select on bench.people to todo;
"""
_OTHERS = """
insert into todo.users (id, email, email_key)
    select user_id, mail, mail from bench.people, concat('person-', place, '@example.com') mail where place >= $1
"""
_SESSIONS = """
insert into todo.sessions (id, user_id, expires_at)
    select session_id, user_id, now() + interval '30 days' from bench.people where place >= $1
"""
# Sorted while they are narrow. The owners are there for certain, so that keys need not be looked up row by row.
_SETTINGS = """
set session_replication_role = replica;
set work_mem = '256MB';
set enable_mergejoin = off;
select setseed(0.5);
"""
_TASKS = """
with planned as materialized (
    select user_id, number, (number - random()) / tasks as moment
    from bench.people, generate_series(1, tasks) number
    order by moment
)
insert into todo.tasks (id, user_id, number, title, description, completed, created_at, updated_at, search_text)
    select uuidv7(), user_id, number, title, description, number % 3 = 0, at, at, search_text
    from planned join bench.texts using (number), lateral (select now() - (1 - moment) * interval '2 years' as at) as past
"""
_WRITTEN = """
delete from todo.tasks t using bench.people p where p.user_id = t.user_id and p.place < $1 and t.number > p.tasks
"""
_MEGABYTES = """
select pg_database_size(current_database()) / 1048576.0 as own,
    (sum(pg_database_size(oid)) + (select sum(size) from pg_ls_waldir())) / 1048576.0 as cluster
    from pg_database
"""


class Rows:
    """Of one database, as superuser."""

    def __init__(self, superuser_url: str) -> None:
        self._target = parse_url(superuser_url)

    async def fill(self, measured: list[Person], tasks: list[int]) -> None:
        """Tasks for everybody, `tasks` by place; those after the measured people get accounts and sessions first."""
        ids = [(person.user_id, person.session_id) for person in measured]
        ids += [(new_id(), new_id()) for _ in tasks[len(measured) :]]
        people = [(place, *ids[place], count) for place, count in enumerate(tasks)]
        texts = [(number, title(number), description(number)) for number in range(1, MOST + 1)]
        searchable = [(*text, rules.searchable(*text[1:])) for text in texts]
        async with self._connected() as connection:
            await connection.execute(_TABLES)
            await connection.copy_records_to_table("people", schema_name="bench", records=people)
            await connection.copy_records_to_table("texts", schema_name="bench", records=searchable)
            await connection.execute("analyze bench.people, bench.texts")
            for statement in (_OTHERS, _SESSIONS):
                await connection.execute(statement, len(measured))
            for statement in (_SETTINGS, _TASKS, "vacuum (freeze, analyze)", "checkpoint"):
                await connection.execute(statement)

    async def put_back(self, measured: int) -> None:
        """The tasks that were there at first, and no more, of so many people."""
        async with self._connected() as connection:
            await connection.execute(_WRITTEN, measured)
            await connection.execute("vacuum todo.tasks")
            await connection.execute("checkpoint")

    async def megabytes(self) -> tuple[float, float]:
        """On disk: this database, and the whole cluster with its log of changes."""
        async with self._connected() as connection:
            row = await connection.fetchrow(_MEGABYTES)
        return float(row["own"]), float(row["cluster"])

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(**self._target.arguments)
        try:
            yield connection
            await connection.close()
        finally:
            connection.terminate()  # what is interrupted ends at once
