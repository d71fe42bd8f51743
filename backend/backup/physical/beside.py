"""Beside a server: its log is received and kept, and a backup is made and verified every day."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.database.embedded.account import account_for
from api.database.embedded.place import Place
from backup.daily import LONGEST_END, Daily
from backup.physical.create import store_of
from backup.physical.due import PhysicalDue
from backup.physical.keeper import Keeper
from backup.physical.keys import Keys
from backup.physical.receiver import Receiver
from backup.physical.synchrony import Synchrony


@dataclass(frozen=True)
class Plan:
    """What is done beside the server of `data_dir`. `command` makes, verifies and prunes; `budget` is in bytes.

    With `synchronous` COMMITs wait for the receiver while it is well.
    Without `receive` the log comes from the archive alone, some seconds later; without `keep` nothing is done.
    """

    data_dir: Path
    root: Path
    keys: Keys
    receive: bool
    synchronous: bool
    keep: bool
    budget: int
    command: Sequence[str]


@contextlib.contextmanager
def receiving(plan: Plan) -> Iterator[None]:
    """The log is received until PostgreSQL has ended, which must be before the context ends."""
    if not plan.receive:
        yield
        return
    place = Place(plan.data_dir.resolve())
    synchrony = Synchrony(place, account_for(place), wanted=plan.synchronous)
    receiver = Receiver(place, store_of(place, plan.root, plan.keys), synchrony)
    receiver.start()
    synchrony.start()
    try:
        yield
    finally:
        # In this order: until PostgreSQL has ended, nobody may wait for a receiver that has.
        receiver.stop()
        synchrony.stop()


@contextlib.contextmanager
def looking_after(plan: Plan) -> Iterator[None]:
    """The log is kept, and backups are made, while the context lasts and PostgreSQL runs."""
    ending = threading.Event()
    place = Place(plan.data_dir.resolve())
    store = store_of(place, plan.root, plan.keys)
    work = [Keeper(place, store if plan.keep else None, ending).run]
    if plan.keep:
        work.append(Daily(PhysicalDue(store, plan.budget), plan.command, ending).run)
    threads = [threading.Thread(target=each, name="backups", daemon=True) for each in work]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join(LONGEST_END)
