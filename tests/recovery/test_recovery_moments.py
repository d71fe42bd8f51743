"""Back to a moment: the right tasks, nobody's old rights, and never over what is there."""

import shutil
import signal
from datetime import UTC, datetime, timedelta

import pytest

from api.database.embedded import process_table
from tests.conftest import PASSWORD, Person, Server
from tests.recovery.conftest import Site, ask, receives, wait_for


def kill(server: Server, site: Site) -> None:
    """Server and PostgreSQL, as a power failure would."""
    process_table.send([server.process.pid, *process_table.of_cluster(site.place.cluster)], signal.SIGKILL)
    server.process.wait()
    assert process_table.gone_within(10, site.place.cluster)


def titles(person: Person) -> set[str]:
    return {str(task["title"]) for task in person.tasks()}


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


def test_one_persons_tasks_come_back_as_they_were_at_a_moment(site: Site) -> None:
    server = site.serve()
    ada, bob = site.register(server, "ada"), site.register(server, "bob")
    site.done("create", "--physical")
    task, _ = ada.add("Mine"), bob.add("His")
    wait_for(lambda: receives(server))
    moment = datetime.now(UTC)
    ada.client.patch(f"/api/v1/tasks/{task['id']}", json={"title": "Overwritten"})
    bob.add("His, later")
    report = site.done("restore", "--user", ada.email, "--at", moment.isoformat(), "--into-now")
    assert (report["then"], report["set_back"]) == (1, 1)
    assert "Mine" in titles(ada)
    assert titles(bob) == {"His", "His, later"}
    server.stop()


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


def test_moments_that_cannot_be_reached_and_options_that_contradict(site: Site) -> None:
    site.serve().stop()
    assert "no physical backup" in site.refused("restore", "--latest")
    site.done("create", "--physical")
    now = datetime.now(UTC)
    assert "too early" in site.refused("restore", "--at", (now - timedelta(days=1)).isoformat())
    assert "still to come" in site.refused("restore", "--at", (now + timedelta(days=1)).isoformat())
    assert "No moment has the name" in site.refused("restore", "--name", "nobody gave it")
    assert "alone" in site.refused("restore", "--latest", "--name", "both")
    assert "no time" in site.refused("restore", "--at", "yesterday")
    assert not list(site.data_dir.glob("postgres.*"))


@pytest.mark.parametrize("killed", [False, True])
def test_a_restore_that_was_killed_between_its_two_steps(site: Site, killed: bool) -> None:
    server = site.serve()
    ada = site.register(server, "ada")
    ada.add("Here")
    server.stop()
    place = site.place
    shutil.copytree(place.cluster, place.restored_cluster)
    if killed:
        place.cluster.rename(site.data_dir / "postgres.before-now")
    server = site.serve()
    assert place.restored_cluster.exists() is not killed
    assert titles(site.sign_in(server, ada)) == {"Here"}
    server.stop()
