"""One person back to a moment; moments that cannot be reached; restores that were killed."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from tests.recovery.conftest import Site, receives, titles, wait_for


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
    assert "2020-02-03T00:00:00Z for UTC" in site.refused("restore", "--at", "2020-02-03")
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


@pytest.mark.parametrize("place", ["/etc/passwd", "/etc/passwd/below", "/proc/x", "s3://nobucket"])
def test_a_place_that_is_none_is_a_sentence(site: Site, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site, "variables", {"TODO_BACKUP_DIR": place})
    assert ("set AWS_ACCESS_KEY_ID" if "://" in place else "set it to a folder") in site.refused("list")
