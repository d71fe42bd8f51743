"""What outlived its owner: a PostgreSQL whose server was killed, or backends whose PostgreSQL was.

Whoever calls this holds the owner's lock (lock.py), so that nothing here can belong to anybody who still needs it.
"""

import signal
import socket

from api.database.embedded import process_table
from api.database.embedded.errors import EmbeddedError
from api.database.embedded.place import Place

_LONGEST_FAST_STOP = 20.0
_LONGEST_GOODBYE = 2.0
_LONGEST_KILL = 5.0
"""Seconds, all."""


def stop_leftovers(place: Place) -> None:
    """Stop what still works on the cluster and remove its marks. Raises `EmbeddedError` where something does not end."""
    postmaster = _postmaster_among(place, process_table.of_cluster(place.cluster))
    if postmaster is not None:
        process_table.send([postmaster], signal.SIGINT)
        process_table.gone_within(_LONGEST_FAST_STOP, place.cluster)
    # Never SIGINT for processes that lost their postmaster: the checkpointer would declare a clean shutdown while others
    # still write.
    process_table.send(process_table.heads(process_table.of_cluster(place.cluster)), signal.SIGQUIT)
    if not process_table.gone_within(_LONGEST_GOODBYE, place.cluster):
        process_table.send(list(process_table.of_cluster(place.cluster)), signal.SIGKILL)
    if not process_table.gone_within(_LONGEST_KILL, place.cluster):
        raise EmbeddedError(f"A PostgreSQL still works in {place.cluster} and does not end: end it, and start again.")
    if _listens(place):
        raise EmbeddedError(
            f"A PostgreSQL that this machine does not show (in another container?) uses {place.cluster}: "
            "stop it, and start again."
        )
    # The numbers in these files may belong to other programs by now, for which PostgreSQL would refuse to start.
    for mark in (place.cluster / "postmaster.pid", place.socket / ".s.PGSQL.5432", place.socket / ".s.PGSQL.5432.lock"):
        mark.unlink(missing_ok=True)


def _postmaster_among(place: Place, processes: dict[int, int]) -> int | None:
    try:
        words = (place.cluster / "postmaster.pid").read_text(encoding="utf-8", errors="replace").split()
    except FileNotFoundError:
        return None
    return next((process for process in process_table.heads(processes) if words[:1] == [str(process)]), None)


def _listens(place: Place) -> bool:
    """Whether somebody listens at the socket, of whatever process."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(place.socket / ".s.PGSQL.5432"))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except (TimeoutError, BlockingIOError):
            return True
    return True
