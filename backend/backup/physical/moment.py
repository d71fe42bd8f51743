"""Back to when: the moments that can be reached, and the backup from which each is."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
import orjson

from backup.errors import BackupError
from backup.physical.manifest import Manifest
from backup.physical.store import Store


@dataclass(frozen=True)
class Moment:
    """A time, a restore point by its name, or, with neither, the end of the log."""

    time: datetime | None = None
    name: str | None = None

    def __str__(self) -> str:
        if self.time is not None:
            return f"{self.time.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
        return f"the point {self.name}" if self.name is not None else "the end of the log"

    @property
    def target(self) -> dict[str, str]:
        """As PostgreSQL is told."""
        if self.time is not None:
            return {"recovery_target_time": self.time.astimezone(UTC).isoformat()}
        return {"recovery_target_name": self.name} if self.name is not None else {}


def choose(store: Store, moment: Moment) -> Manifest:
    """The newest backup before the moment: a verified one, unless there is none. Raises `BackupError`."""
    whole = [manifest for manifest in store.manifests() if _is_whole(store, manifest)]
    if not whole:
        raise BackupError(f"There is no whole physical backup in {store.backups}.")
    before = _time_of(store, moment)
    if before is not None and before > datetime.now(UTC):
        raise BackupError(f"{moment} is still to come.")
    found = [manifest for manifest in whole if before is None or manifest.finished_at <= before]
    if not found:
        raise BackupError(
            f"{moment} is too early: the backups reach back to {Moment(whole[0].finished_at)}, not further."
        )
    return next((manifest for manifest in reversed(found) if manifest.verified_at), found[-1])


def _is_whole(store: Store, manifest: Manifest) -> bool:
    try:
        store.chain(manifest)
    except KeyError:
        return False
    return True


def _time_of(store: Store, moment: Moment) -> datetime | None:
    if moment.name is None:
        return moment.time
    times = [point["at"] for point in named_points(store) if point["name"] == moment.name]
    if not times:
        raise BackupError(f"No moment has the name {moment.name}: `todo-server backup name` gives one.")
    return datetime.fromisoformat(times[-1])


def named_points(store: Store) -> list[dict[str, str]]:
    """The moments that got a name, the oldest first: `{"name", "at"}`."""
    try:
        lines = (store.backups / "names.jsonl").read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return [orjson.loads(line) for line in lines if line.endswith(b"}")]


async def name_moment(store: Store, url: str, name: str) -> None:
    """Give this moment a name. Raises `BackupError` where it has been given, and `asyncpg.PostgresError`."""
    if any(point["name"] == name for point in named_points(store)):
        raise BackupError(f"An earlier moment has the name {name}: choose another.")
    connection = await asyncpg.connect(url, timeout=10, statement_cache_size=0, ssl=False)
    try:
        await connection.fetchval("select pg_create_restore_point($1)::text", name)
        await connection.execute("select pg_switch_wal()")
    finally:
        await connection.close(timeout=5)
    with (store.backups / "names.jsonl").open("ab") as file:
        file.write(orjson.dumps({"name": name, "at": datetime.now(UTC).isoformat()}) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def newest_store(root_stores: list[Store]) -> Store:
    """The one with the newest backup, for when the cluster itself cannot say its number. Raises `BackupError`."""
    filled = [store for store in root_stores if store.manifests()]
    if not filled:
        raise BackupError("There is no physical backup: restore a logical one, if there is one.")
    return max(filled, key=lambda store: store.manifests()[-1].started_at)
