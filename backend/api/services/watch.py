"""Looks after the figures: gauges of this process, the history of all, PostgreSQL's statistics for whoever asks."""

import asyncio
import contextlib
import math
import time

import asyncpg

from api.database.session import Database
from api.database.statistics import Statistics, read_statistics
from api.errors import ProblemError
from api.services import observed
from api.services.backup_history import History, read_history
from api.settings import Settings
from api.telemetry import history, measures
from api.telemetry.cells import cells
from api.telemetry.exposition import Family
from api.telemetry.instruments import Sample
from api.telemetry.requests import BOUNDS
from api.telemetry.sampling import Sampler

ASKED_EVERY_SECONDS = 5.0
"""However often figures are asked for, PostgreSQL is asked no more often than this."""
SIZE_EVERY_SECONDS = 60.0
"""For the history: how often the size of the database is looked up while nobody asks."""
LOOK_SECONDS = 3.0
NEON_SECONDS = 60.0
"""Neon is asked only where a request was served so recently: figures must not keep its compute awake."""


class Watch:
    """Of one process. The history is kept by the one in the first place, for all."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._sampler = Sampler(self._database.tell, self._keep)
        self._gate = asyncio.Lock()
        self._asked_at = -math.inf
        self._found: Statistics | None = None
        self._before: tuple[list[float], float, list[float]] | None = None
        self._size_task: asyncio.Task[object] | None = None

    def start(self) -> None:
        self._sampler.start()

    def stop(self) -> None:
        self._sampler.stop()
        if self._size_task is not None:
            self._size_task.cancel()

    async def families(self) -> list[Family]:
        """What is not counted but looked up."""
        found = await self.statistics()
        up = float(found is not None or self._database.is_well(within=NEON_SECONDS))
        known: list[Sample] = [] if self._asleep() else [("", {}, up)]
        families: list[Family] = [
            ("todo_database_up", "gauge", "1 while the database answers; absent while Neon sleeps.", known),
            *observed.of_backups(await self.backups(), time.time()),
            *observed.of_disk(self._settings.data_dir),
        ]
        return [*families, *(observed.of_postgres(found) if found else ())]

    async def statistics(self, within: float = ASKED_EVERY_SECONDS) -> Statistics | None:
        """PostgreSQL's, at most so many seconds old; None while it does not answer."""
        async with self._gate:
            if time.monotonic() - self._asked_at > within and not self._asleep():
                self._found = None
                with contextlib.suppress(
                    TimeoutError, OSError, ProblemError, asyncpg.PostgresError, asyncpg.InterfaceError
                ):
                    self._found = await self._database.look(read_statistics, seconds=LOOK_SECONDS)
                self._asked_at = time.monotonic()
            return self._found

    def _asleep(self) -> bool:
        return self._database.target.neon and not self._database.is_known(within=NEON_SECONDS)

    async def backups(self) -> History:
        """What is known of backups and drills."""
        return await asyncio.get_running_loop().run_in_executor(None, read_history, self._settings.backup_history)

    def _keep(self) -> None:
        if cells.place != 0:
            return
        counts, failed = measures.requests.summary()
        lags = measures.loop_lag.counts()
        before = self._before or (counts, failed, lags)
        self._before = (counts, failed, lags)
        new = [now - then for now, then in zip(counts, before[0], strict=True)]
        late = [now - then for now, then in zip(lags, before[2], strict=True)]
        size = float(self._found.database["bytes"]) if self._found and self._found.database else math.nan
        history.keep(
            history.Sample(
                at=time.time(),
                requests=sum(new),
                failed=failed - before[1],
                p50=history.quantile(BOUNDS, new, 0.5),
                p95=history.quantile(BOUNDS, new, 0.95),
                p99=history.quantile(BOUNDS, new, 0.99),
                in_flight=measures.requests.in_flight(),
                pool_used=cells.total(measures.pool_used.at),
                pool_max=cells.total(measures.pool_size.at),
                pool_waiting=cells.total(measures.pool_waiting.at),
                lag=history.quantile(measures.loop_lag.bounds, late, 0.99),
                database_bytes=size,
            )
        )
        if self._size_task is None or self._size_task.done():
            self._size_task = asyncio.get_running_loop().create_task(self.statistics(SIZE_EVERY_SECONDS))
