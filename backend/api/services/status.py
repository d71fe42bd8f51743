"""How the server is doing, put together for one look at it."""

import contextlib
import math
import time
from dataclasses import fields
from pathlib import Path

from api.database.room import room
from api.database.statistics import Statistics
from api.models.status import BackupStatus, DatabaseStatus, DrillStatus, History, Statement, StatusAnswer, Totals
from api.services import backup_history
from api.services.watch import Watch
from api.telemetry import history, measures
from api.telemetry.cells import cells
from api.version import VERSION

SAMPLES = 360
DRILLS_MAX = 10
_DAY = 86_400.0


async def status_of(watch: Watch, data_dir: Path) -> StatusAnswer:
    """Now."""
    found = await watch.statistics()
    samples = history.kept(SAMPLES)
    disk: tuple[int | None, int | None] = (None, None)
    with contextlib.suppress(OSError):
        disk = room(data_dir)
    return StatusAnswer(
        at=time.time(),
        version=VERSION,
        totals=_totals(),
        history=_columns(samples),
        database=_database(found, samples) if found else None,
        backups=_backups(await watch.backups()),
        disk_free_bytes=disk[0],
        disk_size_bytes=disk[1],
    )


def _totals() -> Totals:
    counts, failed = measures.requests.summary()
    return Totals(
        started_at=cells.total(measures.started.at),
        workers=int(cells.total(measures.workers.at)),
        worker_restarts=int(cells.total(measures.worker_restarts.at)),
        postgres_restarts=int(cells.total(measures.postgres_restarts.at)),
        requests=int(sum(counts)),
        failed=int(failed),
        retries=int(sum(value for _, _, value in measures.retries.samples())),
        cross_owner_refusals=int(cells.total(measures.cross_owner.at)),
        memory_bytes=int(cells.total(measures.memory.at)),
    )


def _columns(samples: list[history.Sample]) -> History:
    columns = {
        one.name: [_known(getattr(sample, one.name)) for sample in samples]
        for one in fields(history.Sample)
        if one.name != "at"
    }
    return History(every_seconds=history.EVERY_SECONDS, at=[round(sample.at, 1) for sample in samples], **columns)


def _known(value: float) -> float | None:
    if math.isnan(value):
        return None
    return round(value) if value == round(value) else float(f"{value:.4g}")


def _database(found: Statistics, samples: list[history.Sample]) -> DatabaseStatus:
    whole = found.database
    looked_up = whole["hits"] + whole["reads"] if whole else 0
    spent = sum(one["seconds"] for one in found.statements) or 1.0
    return DatabaseStatus(
        bytes=whole.get("bytes"),
        bytes_per_day=_growth(samples),
        connections=found.connections,
        connections_max=whole.get("connections_max"),
        cache_hit_ratio=whole["hits"] / looked_up if looked_up else None,
        dead_rows=sum(table["dead"] for table in found.tables),
        live_rows=sum(table["live"] for table in found.tables),
        archive_failing=found.archiver.get("failing"),
        archive_lag_bytes=found.archiver.get("lag"),
        statements=[
            Statement(
                text=one["text"],
                calls=one["calls"],
                mean_seconds=one["seconds"] / max(1, one["calls"]),
                longest_seconds=one["longest"],
                share=one["seconds"] / spent,
            )
            for one in found.statements
        ],
    )


def _growth(samples: list[history.Sample]) -> float | None:
    """Bytes a day, by the first and the last size of the history; None before it spans ten minutes."""
    sizes = [(sample.at, sample.database_bytes) for sample in samples if not math.isnan(sample.database_bytes)]
    if len(sizes) < 2 or sizes[-1][0] - sizes[0][0] < 600:
        return None
    return (sizes[-1][1] - sizes[0][1]) / (sizes[-1][0] - sizes[0][0]) * _DAY


def _backups(found: backup_history.History) -> BackupStatus:
    drills = [
        DrillStatus(kind=one.kind, at=one.at, passed=one.passed, rpo_seconds=one.rpo, rto_seconds=one.rto)
        for one in reversed(found.drills[-DRILLS_MAX:])
    ]
    return BackupStatus(verified_at=found.verified_at, drills=drills)
