"""The log grows faster than it can be received, until PostgreSQL keeps it no longer: what is received has a gap then."""

import shutil

from backup.physical.replay import gap_after
from tests.recovery.conftest import Site, ask, titles, wait_for
from tests.recovery.test_recovery_moments import kill
from tests.recovery.test_recovery_synchrony import received

GROW = "select pg_logical_emit_message(false, 'todo', repeat('x', 900000))::text"
LIMIT = "alter system set max_slot_wal_keep_size = '4MB'"
STATE = "select wal_status from pg_replication_slots"


def test_it_is_received_again_after_the_gap_and_all_of_it_is_there(site: Site) -> None:
    server = site.serve()
    ada = site.register(server, "ada")
    site.done("create", "--physical")
    ada.add("Before the gap")
    wait_for(lambda: received(site, server) == "synchronous")
    server.stop()
    server = site.serve(TODO_BACKUPS="archive")
    ask(server, LIMIT)
    ask(server, "select pg_reload_conf()")
    ada = site.sign_in(server, ada)
    for _ in range(12):
        ask(server, GROW)
        ask(server, "select pg_switch_wal()::text")
    ada.add("In the gap")
    wait_for(lambda: ask(server, "checkpoint") or ask(server, STATE) == "lost")
    ask(server, "alter system reset all")
    server.stop()
    server = site.serve()
    ada = site.sign_in(server, ada)
    wait_for(lambda: received(site, server) == "synchronous")
    ada.add("After the gap")
    receiving = site.store.wal / "receiving"
    wait_for(lambda: len(list(receiving.iterdir())) == 1)  # what was set aside is kept
    first = site.store.manifests()[0].stop_segment
    wait_for(lambda: not gap_after(site.store, first))  # the archive fills it in its time
    kill(server, site)
    shutil.rmtree(site.data_dir)
    site.done("restore", "--latest")
    server = site.serve()
    assert titles(site.sign_in(server, ada)) == {"Before the gap", "In the gap", "After the gap"}
    server.stop()
