"""What is thrown away once a day, and what stays."""

import asyncio

from server.tidying import tidy
from tests.database.conftest import Fresh


def test_events_stay_180_days(fresh: Fresh) -> None:
    async def look() -> None:
        person = await fresh.add_person()
        async with fresh.session() as session:
            await session.execute(
                "insert into todo.events (id, user_id, kind, address, user_agent, request_id, at)"
                " select gen_random_uuid(), $1, n::text, '', '', '', now() - make_interval(days => n)"
                " from unnest(array[1, 179, 181, 400]) n",
                person,
            )
            await tidy(fresh.target)
            kept = await session.fetch("select kind from todo.events order by kind")
            assert [row[0] for row in kept] == ["1", "179"]

    asyncio.run(look())
