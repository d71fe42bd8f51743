"""Changes wait for the log's receiver while it confirms, and never for one that does not."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.database.embedded import process_table
from backup.physical.confirming import PATIENCE, Confirming, Found
from tests.conftest import Person, Server
from tests.recovery.conftest import Site, ask, wait_for


def receiver_of(server: Server) -> int:
    """The process id of its pg_receivewal."""
    children = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    pids = [int(word) for path in children for word in path.read_text().split()]
    return next(pid for pid in pids if b"pg_receivewal" in Path(f"/proc/{pid}/cmdline").read_bytes())


def received(site: Site, server: Server) -> object:
    return site.client(server).get("/health").json().get("wal")


@contextmanager
def writing(person: Person) -> Iterator[list[str]]:
    """Somebody adds tasks without pause; every one must be taken. Yields the titles that were."""
    ending, taken = threading.Event(), list[str]()
    failed = list[BaseException]()

    def write() -> None:
        try:
            while not ending.is_set():
                taken.append(str(person.add(f"Task {len(taken)} 🌷")["title"]))
        except BaseException as error:  # noqa: BLE001 - told below, in the test's own thread
            failed.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield taken
    finally:
        ending.set()
        thread.join(30)
    assert not thread.is_alive()
    assert not failed, failed


def goes_on(taken: list[str]) -> None:
    before = len(taken)
    wait_for(lambda: len(taken) > before + 3)


def test_a_receiver_that_is_stopped_or_killed_holds_nobody_up(site: Site) -> None:
    server = site.serve()
    ada = site.register(server, "ada")
    wait_for(lambda: received(site, server) == "synchronous")
    with writing(ada) as taken:
        stopped = receiver_of(server)
        os.kill(stopped, signal.SIGSTOP)
        try:
            wait_for(lambda: received(site, server) == "asynchronous")
            goes_on(taken)
        finally:
            os.kill(stopped, signal.SIGCONT)
        wait_for(lambda: received(site, server) == "synchronous")
        goes_on(taken)
        os.kill(receiver_of(server), signal.SIGKILL)
        goes_on(taken)
        wait_for(lambda: received(site, server) == "synchronous")
        process_table.send(process_table.heads(process_table.of_cluster(site.place.cluster)), signal.SIGKILL)
        wait_for(lambda: received(site, server) == "synchronous")
        goes_on(taken)
    assert {task["title"] for task in ada.tasks()} >= set(taken)
    server.stop()


def test_a_server_that_stops_with_a_stopped_receiver_ends_and_the_next_start_waits_for_nobody(site: Site) -> None:
    server = site.serve()
    wait_for(lambda: received(site, server) == "synchronous")
    assert ask(server, "show synchronous_standby_names") == "todo_receiver"
    stopped = receiver_of(server)
    os.kill(stopped, signal.SIGSTOP)
    server.stop()
    assert not Path(f"/proc/{stopped}").exists()
    server = site.serve(TODO_WAL_SYNC="off")
    assert ask(server, "show synchronous_standby_names") == ""
    site.register(server, "ada").add("Here")
    wait_for(lambda: received(site, server) == "asynchronous")
    server.stop()


@pytest.mark.parametrize("waiting", [False, True])
def test_what_is_late(waiting: bool) -> None:
    def found(written: int, confirmed: int | None) -> Found:
        return Found(written, confirmed, named=True, counts=True, waiting=waiting)

    confirming = Confirming()
    assert "not connected" in str(confirming.complaint(found(10, None), 0))
    # Far behind: it must first have caught up, and is late until then.
    assert confirming.complaint(found(100, 10), 1) is None
    assert not confirming.caught_up
    assert "90 bytes" in str(confirming.complaint(found(100, 10), 1.1 + PATIENCE))
    # Always a little behind is not late.
    assert confirming.complaint(found(120, 100), 3) is None
    for step in range(20):
        assert confirming.complaint(found(130 + 20 * step, 120 + 20 * step), 4 + step) is None
        assert confirming.caught_up
    # Everything is confirmed: late only where somebody waits all the same.
    assert confirming.complaint(found(510, 510), 24) is None
    assert (confirming.complaint(found(510, 510), 24.1 + PATIENCE) is not None) is waiting
