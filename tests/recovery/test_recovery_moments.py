"""Back to a moment: the right tasks, nobody's old rights, and never over what is there."""

import shutil
import signal
from datetime import UTC, datetime

from api.database.embedded import process_table
from tests.conftest import PASSWORD, Server
from tests.recovery.conftest import Site, ask, receives, titles, wait_for


def kill(server: Server, site: Site) -> None:
    """Server and PostgreSQL, as a power failure would."""
    process_table.send([server.process.pid, *process_table.of_cluster(site.place.cluster)], signal.SIGKILL)
    server.process.wait()
    assert process_table.gone_within(10, site.place.cluster)


def test_back_before_a_mistake_by_time_by_name_and_forward_again(site: Site) -> None:
    server = site.serve()
    ada, bob = site.register(server, "ada"), site.register(server, "bob")
    script = ada.client.post("/api/auth/tokens", json={"name": "script"}).json()["token"]
    ada.add("Before the backup")
    made = site.done("create", "--physical")
    assert made["verified"]
    assert made["rows"]["tasks"] == 1
    ada.add("After the backup 🌷 عربي")
    assert site.run("name", "before the mistake").returncode == 0
    assert "choose another" in site.refused("name", "before the mistake")
    before = datetime.now(UTC)
    assert bob.client.request("DELETE", "/api/auth/me", json={"password": PASSWORD}).status_code == 204
    ask(server, "with gone as (delete from todo.tasks returning 1) select count(*) from gone")
    assert "is running" in site.refused("restore", "--at", before.isoformat())
    server.stop()

    report = site.done("restore", "--at", before.isoformat())
    assert [one["email"] for one in report["deleted_since"]] == [bob.email]
    server = site.serve()
    assert site.client(server, Authorization=f"Bearer {ada.token}").get("/api/v1/tasks").status_code == 401
    assert site.client(server, Authorization=f"Bearer {script}").get("/api/v1/tasks").status_code == 401
    again = site.sign_in(server, ada)
    assert titles(again) == {"Before the backup", "After the backup 🌷 عربي"}
    assert (
        site.client(server).post("/api/auth/login", json={"email": bob.email, "password": PASSWORD}).status_code == 401
    )
    again.add("After the restore")
    wait_for(lambda: receives(server))
    kill(server, site)

    # What happened after the restore belongs to the same history: the end of the log is after it.
    site.done("restore", "--latest")
    server = site.serve()
    assert titles(site.sign_in(server, ada)) == {"Before the backup", "After the backup 🌷 عربي", "After the restore"}
    server.stop()
    site.done("restore", "--name", "before the mistake")
    server = site.serve()
    assert titles(site.sign_in(server, ada)) == {"Before the backup", "After the backup 🌷 عربي"}
    server.stop()
    assert len(list(site.data_dir.glob("postgres.before-*"))) == 3


def test_the_data_directory_lost_without_a_goodbye(site: Site) -> None:
    server = site.serve()
    ada = site.register(server, "ada")
    site.done("create", "--physical")
    wait_for(lambda: receives(server))
    for number in range(30):
        ada.add(f"Task {number}")
    ask(server, "select pg_current_wal_lsn()::text")
    kill(server, site)
    shutil.rmtree(site.data_dir)
    site.done("restore", "--latest")
    server = site.serve()
    assert len(titles(site.sign_in(server, ada))) == 30
    server.stop()
