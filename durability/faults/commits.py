"""So many tasks are created, and the answer to every COMMIT is lost: each must be there once."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from durability.faults.log import wrong_in
from durability.faults.operations.adding import Adding
from durability.faults.person import Person
from durability.faults.site import site

_AT_ONCE = 8


async def run_commits(count: int) -> dict[str, Any]:
    """`count` tasks, by several requests at once."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="todo-faults-") as folder:
        async with site(Path(folder, "data")) as place:
            adding = Adding(Person(place.url, "post"))
            await adding.prepare()
            place.link.lose_commits = many = 10 * count
            rest = iter(range(count))

            async def work() -> None:
                for _ in rest:
                    await adding.once(0)

            await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
            lost, place.link.lose_commits = many - place.link.lose_commits, 0
            await adding.check()
            rows = len(await adding.person.tasks())
            await adding.person.leave()
            adding.must(lost >= count, f"only {lost} answers to COMMIT were lost")
            adding.must(rows == count, f"{rows} tasks instead of {count}")
            adding.wrong += wrong_in(place.log, place.secrets)
            return {
                "commits": count,
                "lost": lost,
                "rows": rows,
                "answers": adding.statuses,
                "slowest_seconds": round(adding.slowest, 1),
                "seconds": round(time.monotonic() - began),
                "wrong": adding.wrong,
            }
