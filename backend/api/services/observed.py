"""Metrics that are looked up when they are asked for: PostgreSQL's, the disk's, the backups'."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

from api.database.room import nearest, room
from api.database.statistics import Statistics
from api.services.backup_history import History
from api.telemetry.exposition import Family
from api.telemetry.instruments import Sample


def of_postgres(found: Statistics) -> Iterable[Family]:
    """From its statistics."""
    names = {
        "commits": ("todo_postgres_commits_total", "counter", "Transactions that were committed."),
        "rollbacks": ("todo_postgres_rollbacks_total", "counter", "Transactions that were rolled back."),
        "hits": ("todo_postgres_cache_hits_total", "counter", "Blocks that were found in shared memory."),
        "reads": ("todo_postgres_cache_misses_total", "counter", "Blocks that were read from the system."),
        "deadlocks": ("todo_postgres_deadlocks_total", "counter", "Deadlocks that were found."),
        "temp_bytes": ("todo_postgres_temporary_bytes_total", "counter", "Bytes written to temporary files."),
        "bytes": ("todo_postgres_database_bytes", "gauge", "Size of the database."),
        "connections_max": ("todo_postgres_connections_max", "gauge", "Connections that the server takes."),
    }
    for key, (name, kind, text) in names.items():
        if found.database:
            yield name, kind, text, [("", {}, float(found.database[key]))]
    yield (
        "todo_postgres_connections",
        "gauge",
        "Connections to the database by their state.",
        [("", {"state": state}, float(number)) for state, number in sorted(found.connections.items())],
    )
    for key, text in (("live", "Rows that count, as estimated by PostgreSQL."), ("dead", "Rows that wait for vacuum.")):
        rows = [("", {"table": table["name"]}, float(table[key])) for table in found.tables]
        yield f"todo_postgres_{key}_rows", "gauge", text, rows
    yield from _of_archiver(found)
    for key, kind, text in (
        ("calls", "counter", "How often one of the ten statements with the most time was run."),
        ("seconds", "counter", "Time spent in one of the ten statements with the most time."),
    ):
        labelled = [("", {"id": one["id"], "text": one["text"]}, float(one[key])) for one in found.statements]
        yield f"todo_postgres_statement_{key}_total", kind, text, labelled


def _of_archiver(found: Statistics) -> Iterable[Family]:
    archiver = found.archiver
    if archiver:
        yield (
            "todo_postgres_archived_total",
            "counter",
            "Segments of the log archived.",
            [("", {}, archiver["archived"])],
        )
        yield "todo_postgres_archive_failures_total", "counter", "Attempts that failed.", [("", {}, archiver["failed"])]
        yield (
            "todo_postgres_archive_failing",
            "gauge",
            "1 while the last attempt to archive failed.",
            [("", {}, float(archiver["failing"]))],
        )
        if archiver["lag"] is not None:
            yield (
                "todo_postgres_archive_lag_bytes",
                "gauge",
                "Bytes of the log that are written and not archived.",
                [("", {}, float(archiver["lag"]))],
            )
    for name, text, key in (
        ("todo_postgres_slot_active", "1 while somebody reads from the replication slot.", "active"),
        ("todo_postgres_slot_retained_bytes", "Bytes of the log that a replication slot keeps.", "retained"),
    ):
        yield name, "gauge", text, [("", {"slot": slot["name"]}, float(slot[key])) for slot in found.slots]


def of_disks(data: Path, backups: Path) -> Iterable[Family]:
    """Of the data directory and of the backups, which may share one."""
    found: list[tuple[str, tuple[int, int]]] = []
    for place, folder in (("data", data), ("backups", backups)):
        with contextlib.suppress(OSError):
            found.append((place, room(nearest(folder))))
    for which, (name, text) in enumerate((("free", "Room on the disk"), ("size", "Size of the disk"))):
        samples: list[Sample] = [("", {"place": place}, float(disk[which])) for place, disk in found]
        yield f"todo_disk_{name}_bytes", "gauge", text, samples


def of_backups(history: History, now: float) -> Iterable[Family]:
    """From what backups and drills have written down; absent where there was none."""
    if history.verified_at is not None:
        age = max(0.0, now - history.verified_at)
        yield "todo_backup_age_seconds", "gauge", "Age of the newest verified backup.", [("", {}, age)]
    drill = history.drill
    if drill is not None:
        yield "todo_drill_age_seconds", "gauge", "Time since the last drill.", [("", {}, max(0.0, now - drill.at))]
        yield "todo_drill_passed", "gauge", "Whether the last drill passed.", [("", {}, float(drill.passed))]
        for name, text, value in (
            ("rpo", "Writes that the last drill lost, as time.", drill.rpo),
            ("rto", "How long the last drill took to serve again.", drill.rto),
        ):
            if value is not None:
                yield f"todo_drill_{name}_seconds", "gauge", text, [("", {}, value)]
