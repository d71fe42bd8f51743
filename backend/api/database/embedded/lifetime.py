"""Who starts PostgreSQL, who only uses it, and who stops it."""

import contextlib
import errno
import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.database.embedded.account import Account, account_for
from api.database.embedded.cluster import make_cluster
from api.database.embedded.errors import EmbeddedError
from api.database.embedded.lock import Locks
from api.database.embedded.owner_role import Postgres, addresses, answers
from api.database.embedded.place import Place
from api.database.embedded.postmaster import Postmaster, start
from api.database.embedded.supervisor import Supervisor
from api.database.embedded.usable import open_place
from api.utils.secret_file import SecretFileError

_FOR_OTHERS_BEFORE = 60.0
"""Seconds that a start waits for the commands that are using PostgreSQL."""
_FOR_OTHERS_AFTER = 5.0
"""Seconds that a server which ends lets them finish."""
_FOR_AN_ANSWER = 30.0
"""Seconds that a command waits for the PostgreSQL of another process."""
_LONGEST_START = 60.0
"""Seconds after which a PostgreSQL that does not answer is an error."""
_PAUSE = 0.05


@contextmanager
def running(data_dir: Path, *, serving: bool = False) -> Iterator[Postgres]:
    """A PostgreSQL that answers, below `data_dir`, for as long as the context lasts.

    With `serving` this process owns it, and starts it again when it dies. Without, it uses the one of the process that
    owns it, or starts one and stops it afterwards. Raises `EmbeddedError` on entering.
    """
    with contextlib.ExitStack() as stack:
        with _one_error(data_dir):
            place = open_place(data_dir)
            locks = stack.enter_context(contextlib.closing(Locks(place.data_dir)))
            postgres = stack.enter_context(_serve(place, locks) if serving else _lend(place, locks))
        yield postgres


@contextmanager
def _one_error(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except SecretFileError as error:
        raise EmbeddedError(str(error)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EmbeddedError(f"The disk of {data_dir} is full: free some space and start again.") from error
        where = f"{error.filename}: " if error.filename else ""
        raise EmbeddedError(
            f"The database in {data_dir} cannot be used ({where}{error.strerror or error}): "
            "put that right, or choose another --data-dir."
        ) from error


@contextmanager
def _serve(place: Place, locks: Locks) -> Iterator[Postgres]:
    if not locks.server.take():
        raise EmbeddedError(
            f"Another todo-server ({locks.server.holder()}) is using {place.data_dir}: "
            "stop it, or choose another --data-dir."
        )
    locks.server.sign()
    deadline = time.monotonic() + _FOR_OTHERS_BEFORE
    if not (locks.owner.take() and locks.use.take()):
        print(f"Waiting for another todo-server command that is using {place.data_dir} ...", file=sys.stderr)
        _take_both(place, locks, deadline)
    locks.owner.sign()
    account = account_for(place)
    supervisor = Supervisor(place, account, _first_start(place, account))
    supervisor.start()
    try:
        postgres = addresses(place)
        locks.use.release()
        yield postgres
    finally:
        locks.use.take(within=_FOR_OTHERS_AFTER)
        supervisor.stop()


@contextmanager
def _lend(place: Place, locks: Locks) -> Iterator[Postgres]:
    deadline = time.monotonic() + _FOR_AN_ANSWER
    while not locks.owner.take():
        # While the use is ours the owner does not stop PostgreSQL; unless it was killed, which the owner's lock shows.
        if locks.use.take(shared=True):
            if answers(place):
                yield addresses(place)
                return
            locks.use.release()
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"The PostgreSQL that another todo-server ({locks.owner.holder()}) runs in {place.data_dir} "
                f"does not answer: see its messages and {place.log}, or stop it."
            )
        time.sleep(_PAUSE)
    locks.owner.sign()
    _take_both(place, locks, time.monotonic() + _FOR_OTHERS_BEFORE)
    postmaster = _first_start(place, account_for(place))
    try:
        postgres = addresses(place)
        locks.use.release()
        yield postgres
    finally:
        try:
            # Others may be using it by now, for as long as they need.
            locks.use.take(within=math.inf)
        finally:
            postmaster.stop()


def _first_start(place: Place, account: Account) -> Postmaster:
    make_cluster(place, account)
    deadline = time.monotonic() + _LONGEST_START
    return start(place, account, lambda: time.monotonic() > deadline)


def _take_both(place: Place, locks: Locks, deadline: float) -> None:
    for lock in (locks.owner, locks.use):
        if not lock.take(within=deadline - time.monotonic()):
            raise EmbeddedError(
                f"Another todo-server command ({locks.owner.holder()}) is still using {place.data_dir}: "
                "wait until it has ended, and start again."
            )
