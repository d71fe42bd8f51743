"""In the place of a cluster, itself or a copy of it at an earlier moment; what was there is set aside, never overwritten."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from api.database.embedded.account import account_for
from api.database.embedded.leftovers import stop_leftovers
from api.database.embedded.lock import Locks
from api.database.embedded.place import Place, system_identifier
from api.utils import secret_file
from backup.errors import BackupError
from backup.physical.keys import Keys
from backup.physical.moment import Moment, choose, newest_store
from backup.physical.placing import put_in_place, tidy_log, write_to_disk
from backup.physical.programs import in_a_sentence
from backup.physical.reaching import Log, reach
from backup.physical.recover import refuse_without_room, stage
from backup.physical.scratch import Scratch, scratch_folder
from backup.physical.store import Store, stores
from backup.physical.trust import check_keys
from backup.physical.wal import keep


@dataclass(frozen=True)
class Restored:
    """What came back: from which backup, up to which commit, and where the cluster that was there is now."""

    backup: str
    last_commit: datetime | None
    set_aside: Path | None
    log_ends_early: str | None


def restore(
    data_dir: Path, root: Path, keys: Keys, moment: Moment, finish: Callable[[Any], Any], say: Callable[[str], None]
) -> Restored:
    """Put the cluster as it was at `moment` in place. `finish` gets a superuser's connection before anybody can sign in.

    Raises `BackupError`, and `EmbeddedError` where the data directory cannot be used; all is as it was then.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = Place(data_dir.resolve())
    with nobody_works(place):
        store = _store(place, root, keys)
        manifest = choose(store, moment)
        check_keys(store, store.chain(manifest))
        say(f"Restoring {moment} from the backup {manifest.id}")
        refuse_without_room(place, manifest.cluster_bytes)
        pg_wal = place.cluster / "pg_wal"
        own = pg_wal if pg_wal.is_dir() else None
        with scratch_folder(place.data_dir / "recovering") as scratch:
            gap = stage(store, manifest, scratch, own=own)
            if gap and not moment.target:
                raise BackupError(
                    f"{gap}: nothing after that can be brought back. `--at` a moment before restores that."
                )
            say("Replaying the log")
            log = Log(store, own, gap)
            last_commit = _recover(scratch, place, moment, log, finish)
            tidy_log(scratch.cluster / "pg_wal", store)
            write_to_disk(scratch, place)
            set_aside = put_in_place(scratch, place)
    return Restored(manifest.id, last_commit, set_aside, gap)


@contextlib.contextmanager
def nobody_works(place: Place) -> Iterator[None]:
    with contextlib.closing(Locks(place.data_dir)) as locks:
        if not locks.server.take():
            raise BackupError(f"todo-server ({locks.server.holder()}) is running on {place.data_dir}: stop it first.")
        if not (locks.owner.take() and locks.use.take()):
            raise BackupError(
                f"A todo-server command ({locks.owner.holder()}) uses {place.data_dir}: wait for its end."
            )
        if place.cluster.exists():
            stop_leftovers(place)
        yield


def _store(place: Place, root: Path, keys: Keys) -> Store:
    try:
        store = Store(root, system_identifier(place.cluster), keys)
    except OSError:
        store = newest_store(stores(root, keys))
    else:
        if not store.manifests():
            store = newest_store(stores(root, keys))
    store.make()
    with in_a_sentence(f"Keeping the last of the log in {store.wal}"):
        keep(store, place.data_dir / "wal" / store.system, patience=0)
    return store


def _recover(scratch: Place, place: Place, moment: Moment, log: Log, finish: Callable[[Any], Any]) -> datetime | None:
    with contextlib.ExitStack() as stack:
        running = reach(stack, scratch, account_for(place), moment, log)
        return asyncio.run(_finish(running, place, finish))


async def _finish(scratch: Scratch, place: Place, finish: Callable[[Any], Any]) -> datetime | None:
    connection = await scratch.connect()
    try:
        # The passwords of this data directory; the ones in the backup may be of another, or lost with it.
        for role, path in (("postgres", place.superuser_password), ("todo", place.owner_password)):
            await connection.execute("set pg_stat_statements.track_utility = off")
            await connection.execute(f"alter role {role} password '{secret_file.read_or_make(path)}'")
        last: datetime | None = await connection.fetchval("select pg_last_xact_replay_timestamp()")
        await finish(connection)
        await connection.execute("checkpoint")
        return last
    finally:
        await connection.close(timeout=5)
