"""The cluster as it was at a moment, beside the one of now, to look at."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from api.database.embedded.account import Account
from api.database.embedded.place import Place
from backup.physical.create import store_of
from backup.physical.keys import Keys
from backup.physical.moment import Moment, choose
from backup.physical.reaching import Log, reach
from backup.physical.recover import refuse_without_room, stage
from backup.physical.scratch import Scratch, scratch_folder
from backup.physical.turn import alone
from backup.physical.wal import keep


@contextlib.contextmanager
def viewed(
    place: Place, root: Path, keys: Keys, moment: Moment, account: Account, say: Callable[[str], None]
) -> Iterator[Scratch]:
    """Works while the real one runs, and leaves nothing. Raises `BackupError`."""
    store = store_of(place, root, keys)
    with alone(store), contextlib.ExitStack() as stack:
        keep(store, place.archive_of(place.cluster), patience=0)
        manifest = choose(store, moment)
        say(f"Restoring {moment} aside, from the backup {manifest.id}")
        refuse_without_room(place, manifest.cluster_bytes)
        scratch = stack.enter_context(scratch_folder(place.data_dir / "recovering"))
        own = place.cluster / "pg_wal"
        gap = stage(store, manifest, scratch, own=own)
        yield reach(stack, scratch, account, moment, Log(store, own, gap))
