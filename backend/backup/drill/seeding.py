"""The tasks that a drill's database holds before anything happens."""

from typing import Any

_PEOPLE = 100

_SEED = """
with people as (
    insert into todo.users (id, issuer, subject)
    select gen_random_uuid(), 'drill', n::text from generate_series(1, $2::int) n returning id, subject::int as person
)
insert into todo.tasks (id, user_id, number, title, description, completed, search_text)
select gen_random_uuid(), people.id, (n - 1) / $2 + 1, 'Task ' || n, repeat('Words about it. ', 1 + n % 8), n % 3 = 0,
    'task ' || n || repeat('words about it. ', 1 + n % 8)
from generate_series(1, $1::int) n join people on people.person = n % $2 + 1
"""


async def seed(connection: Any, tasks: int) -> None:
    """So many tasks of a hundred people, for a superuser's connection."""
    await connection.execute(_SEED, tasks, _PEOPLE)
    await connection.execute("vacuum analyze todo.tasks")
