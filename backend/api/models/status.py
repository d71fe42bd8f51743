"""How the server is doing, on the wire. Numbers about the whole server; nobody's text, nobody's address."""

from pydantic import BaseModel


class History(BaseModel):
    """The last hour, one number each `every_seconds`, the oldest first; null where it is not known. Times in seconds."""

    every_seconds: float
    at: list[float]
    requests: list[float | None]
    failed: list[float | None]
    p50: list[float | None]
    p95: list[float | None]
    p99: list[float | None]
    in_flight: list[float | None]
    pool_used: list[float | None]
    pool_max: list[float | None]
    pool_waiting: list[float | None]
    lag: list[float | None]
    database_bytes: list[float | None]


class Totals(BaseModel):
    """Since the server was started."""

    started_at: float
    workers: int
    worker_restarts: int
    postgres_restarts: int
    requests: int
    failed: int
    retries: int
    cross_owner_refusals: int
    memory_bytes: int


class Statement(BaseModel):
    """One of those that take most of PostgreSQL's time. `text` is without values."""

    text: str
    calls: int
    mean_seconds: float
    longest_seconds: float
    share: float


class DatabaseStatus(BaseModel):
    """PostgreSQL, as it tells."""

    bytes: int | None
    bytes_per_day: float | None
    connections: dict[str, int]
    connections_max: int | None
    cache_hit_ratio: float | None
    dead_rows: int
    live_rows: int
    archive_failing: bool | None
    archive_lag_bytes: int | None
    statements: list[Statement]


class DrillStatus(BaseModel):
    """One rehearsal of a disaster. Times in seconds."""

    kind: str
    at: float
    passed: bool
    rpo_seconds: float | None
    rto_seconds: float | None


class BackupStatus(BaseModel):
    """When the newest verified backup was made, in seconds since 1970, and the last drills, the newest first."""

    verified_at: float | None
    drills: list[DrillStatus]


class StatusAnswer(BaseModel):
    """`database` is null while PostgreSQL does not tell."""

    at: float
    version: str
    totals: Totals
    history: History
    database: DatabaseStatus | None
    backups: BackupStatus
    disk_free_bytes: int | None
    disk_size_bytes: int | None
