"""Physical backups: what is damaged is found, nothing else is thrown away, and the log survives its receiver."""

import gzip
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.utils.backup_age import BackupAge
from backup.physical.manifest import Manifest, Table, write_manifest
from backup.physical.replay import gap_after, segments, take_out
from backup.physical.retention import prune, removable
from backup.physical.store import Store
from backup.physical.wal import keep
from tests.recovery.conftest import Site, ask, receives, wait_for
from tests.recovery.log import MEGABYTE, log_of, segment


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "place", "123")
    store.make()
    return store


def a_backup(
    store: Store, age_days: float, *, parent: str | None = None, verified: bool = True, number: int = 1
) -> Manifest:
    made = datetime.now(UTC) - timedelta(days=age_days)
    kind = "incremental" if parent else "full"
    manifest = Manifest(
        id=f"{made:%Y%m%dT%H%M%SZ}-{kind}",
        parent=parent,
        system="123",
        timeline=1,
        stop_segment=segment(number),
        mark_segment=segment(number),
        started_at=made,
        finished_at=made,
        mark="mark",
        tables={"todo.tasks": Table(rows=1, fingerprint="1")},
        server_version=180006,
        app_version="0.1.0",
        bytes=10 * MEGABYTE,
        cluster_bytes=50 * MEGABYTE,
        verified_at=made if verified else None,
    )
    folder = store.folder(manifest)
    folder.mkdir()
    (folder / "base.tar.gz").write_bytes(os.urandom(MEGABYTE))
    write_manifest(folder, manifest)
    return manifest


def test_full_and_incremental_are_made_verified_listed_and_damage_is_found(site: Site) -> None:
    server = site.serve()
    ada = site.register(server, "ada")
    ada.add("One")
    full = site.done("create", "--physical", "--full")
    ada.add("Two")
    second = site.done("create", "--physical")
    assert (second["builds_on"], second["verified"], second["rows"]["tasks"]) == (full["id"], True, 2)
    assert [one["id"] for one in site.done("list")["backups"]] == [full["id"], second["id"]]
    health = site.client(server).get("/health").json()
    assert (health["status"], health["backups"]) == ("ok", "ok")
    archive = site.store.backups / second["id"] / "base.tar.gz"
    made = archive.read_bytes()
    for place in (5, len(made) // 2):  # the first is of the time in gzip's header: what is inside is the same as before
        content = bytearray(made)
        content[place] ^= 1
        archive.write_bytes(content)
        assert "is not what it was" in site.refused("verify", second["id"])
    archive.unlink()
    assert "is missing" in site.refused("verify", second["id"])
    assert site.done("verify", full["id"])["verified"]
    assert not (site.data_dir / "recovering").exists()
    server.stop()


def test_the_receiver_is_started_again_and_what_it_missed_comes_from_the_archive(site: Site) -> None:
    server = site.serve()
    wait_for(lambda: receives(server))
    children = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    pids = [int(word) for path in children for word in path.read_text().split()]
    receiver = next(pid for pid in pids if b"pg_receivewal" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(receiver, signal.SIGKILL)
    for _ in range(3):
        ask(server, "select pg_switch_wal()::text from pg_create_restore_point('here')")
    wait_for(lambda: receives(server))
    wait_for(lambda: len(list(site.store.wal.glob("*.gz"))) >= 3)
    assert not gap_after(site.store, next(iter(segments(site.store))))
    started = time.monotonic()
    server.stop()
    assert time.monotonic() - started < 20


def test_off_keeps_nothing_and_leaves_nothing_to_grow(site: Site) -> None:
    server = site.serve(TODO_BACKUPS="off")
    for _ in range(3):
        ask(server, "select pg_switch_wal()::text from pg_create_restore_point('here')")
    archive = site.place.archive_of(site.place.cluster)
    wait_for(lambda: ask(server, "select archived_count from pg_stat_archiver") >= 3)
    wait_for(lambda: not list(archive.iterdir()))
    assert not receives(server)
    assert site.client(server).get("/health").json()["backups"] == "none"
    server.stop()


def test_a_segment_leaves_its_folder_only_when_it_is_kept(store: Store, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    receiving = store.receiving(1)
    receiving.mkdir()
    (receiving / segment(1)).write_bytes(b"a" * MEGABYTE)
    (receiving / f"{segment(2)}.partial").write_bytes(b"b" * MEGABYTE)
    (archive / segment(1)).write_bytes(b"a" * MEGABYTE)
    (archive / "00000002.history").write_text("1\t0/1\tno reason\n")
    assert keep(store, archive, patience=0) == 3
    assert keep(store, archive, patience=0) == 0
    assert gzip.decompress((store.wal / f"{segment(1)}.gz").read_bytes()) == b"a" * MEGABYTE
    assert {name: path.suffix for name, path in segments(store).items()} == {segment(1): ".gz", segment(2): ".partial"}
    assert (store.wal / "00000002.history").exists()


def test_the_log_ends_before_what_is_missing_or_damaged(store: Store, tmp_path: Path) -> None:
    for number in (1, 2, 4):
        (store.wal / f"{segment(number)}.gz").write_bytes(gzip.compress(log_of(number)))
    into = tmp_path / "into"
    into.mkdir()
    assert segment(4) in str(take_out(store, segment(1), None, None, into))
    assert sorted(path.name for path in into.iterdir()) == [segment(1), segment(2)]
    assert gap_after(store, segment(1))
    assert not gap_after(store, segment(4))
    kept = store.wal / f"{segment(2)}.gz"
    content = bytearray(kept.read_bytes())
    content[-5] ^= 1
    kept.write_bytes(content)
    assert "damaged" in str(take_out(store, segment(1), None, None, into))


def test_what_the_window_needs_and_the_last_verified_one_stay(store: Store) -> None:
    old = a_backup(store, 20, number=1)
    a_backup(store, 19, parent=old.id, number=2)
    needed = a_backup(store, 9, number=3)
    newest = a_backup(store, 1, number=4)
    a_backup(store, 0.1, verified=False, number=5)
    for number in range(1, 6):
        (store.wal / f"{segment(number)}.gz").write_bytes(b"")
    assert len(prune(store, 10**12)) == 2
    assert [each.id for each in store.manifests()][:2] == [needed.id, newest.id]
    assert min(path.stem for path in store.wal.glob("*.gz")) == segment(3)
    # Too much for the budget: everything goes but the last verified one and what is newer.
    assert [each.id for each in removable(store, MEGABYTE)] == [needed.id]


def test_of_those_that_are_not_verified_the_newest_stay(store: Store) -> None:
    """A daily backup that fails is tried each hour: that must not fill the disk."""
    good = a_backup(store, 2, number=1)
    failed = [a_backup(store, 1 - hour / 24, verified=False, number=2 + hour) for hour in range(5)]
    assert prune(store, 10**12) == failed[:2]
    assert store.manifests() == [good, *failed[2:]]


def test_nothing_goes_for_what_is_not_verified(store: Store) -> None:
    for number, age in enumerate((20, 12, 9), 1):
        a_backup(store, age, verified=False, number=number)
        (store.wal / f"{segment(number)}.gz").write_bytes(b"")
    assert prune(store, MEGABYTE) == []
    assert len(list(store.wal.glob("*.gz"))) == 3


def test_no_more_goes_than_the_budget_asks_for(store: Store) -> None:
    """The log that only the oldest needs makes enough room."""
    for number, age in enumerate((3, 2, 1), 1):
        a_backup(store, age, number=10 * number)
    for number in range(10, 20):
        (store.wal / f"{segment(number)}.gz").write_bytes(os.urandom(2 * MEGABYTE))
    assert len(removable(store, 10 * MEGABYTE)) == 1
    assert len(prune(store, 10 * MEGABYTE)) == 1
    assert not list(store.wal.glob("*.gz"))


def test_prune_names_what_goes(site: Site) -> None:
    first, second = (site.done("create", "--physical", "--full", "--no-verify")["id"] for _ in range(2))
    assert site.done("prune")["removed"] == []
    for manifest in site.store.manifests():
        ended = manifest.finished_at - timedelta(days=8)
        ended_then = {"finished_at": ended, "verified_at": ended, "signed_by": None}
        write_manifest(site.store.folder(manifest), manifest.model_copy(update=ended_then))
    rehearsed, done = site.done("prune", "--dry-run"), site.done("prune")
    assert (rehearsed["removed"], rehearsed["kept"]) == (done["removed"], done["kept"]) == ([first], [second])
    assert done["log_bytes"] == rehearsed["log_bytes"] > 0
    assert [one["id"] for one in site.done("list")["backups"]] == [second]


def test_the_age_tells_none_ok_and_overdue(tmp_path: Path) -> None:
    assert BackupAge(tmp_path).told() == {"backups": "none"}
    for hours, state in ((30, "overdue"), (3, "ok")):
        made = datetime.now(UTC) - timedelta(hours=hours)
        line = f'{{"what":"verified","good":true,"backup":"{made:%Y%m%dT%H%M%SZ}-full"}}\n{{"half'
        with (tmp_path / "history.jsonl").open("a") as file:
            file.write(line + "\n")
        told = BackupAge(tmp_path).told()
        assert told["backups"] == state
        assert abs(int(str(told["backup_age_seconds"])) - hours * 3600) < 60
