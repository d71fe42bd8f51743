"""Physical backups and the log, encrypted and signed: only the right key opens them, and whatever was changed is found."""

import gzip
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pyrage
import pytest

from api.database.embedded import process_table
from api.database.embedded.place import Place
from backup.drill.keyring import in_the_clear
from backup.errors import BackupError, Damaged
from backup.physical.keys import Keys
from backup.physical.manifest import Manifest, read_manifest
from backup.physical.recover import stage
from backup.physical.replay import gap_after, kept_before, segments, take_out
from backup.physical.store import Store
from backup.physical.wal import keep
from backup.signature import Signer
from tests.recovery.conftest import Site, ask, receives, titles, wait_for
from tests.recovery.damage import cut, flip
from tests.recovery.log import MEGABYTE, log_of, segment

MINE, OTHER = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()


def keys(data_dir: Path, *identities: object, trusted: tuple[str, ...] = ()) -> Keys:
    return Keys(data_dir, (str(MINE.to_public()),), identities, trusted)


# The log


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    """Three segments and the beginning of a fourth, as a server that holds only the public key keeps them."""
    store = Store(tmp_path / "place", "123", keys(tmp_path / "data"))
    store.make()
    receiving = store.receiving(1)
    receiving.mkdir(parents=True)
    for number in (1, 2, 3):
        (receiving / segment(number)).write_bytes(log_of(number))
    (receiving / f"{segment(4)}.partial").write_bytes(log_of(4, until=MEGABYTE // 2))
    assert keep(store, tmp_path / "archive", patience=0) == 3
    return store


def read(store: Store, into: Path, *identities: object) -> str | None:
    """What is wrong with the log for who has these private keys, the data directory being lost."""
    signer = Signer(store.keys.data_dir or Path())
    there = Store(store.root, store.system, keys(into / "elsewhere", *identities, trusted=(signer.public,)))
    into.mkdir()
    return take_out(there, segment(1), None, None, into)


def test_only_what_is_being_received_is_in_the_clear_and_not_in_the_place(kept: Store, tmp_path: Path) -> None:
    partial = kept.receiving(1) / f"{segment(4)}.partial"
    assert [path.name for path in kept.receiving(1).iterdir()] == [partial.name]
    assert in_the_clear(kept.root) == []
    assert not gap_after(kept, segment(1))
    assert read(kept, tmp_path / "into", MINE) is None
    assert (tmp_path / "into" / segment(3)).read_bytes() == log_of(3)
    assert (tmp_path / "into" / segment(4)).read_bytes() == log_of(4, until=MEGABYTE // 2)
    # It goes on, and is whole at last: the beginning goes.
    os.utime(partial, ns=(0, partial.stat().st_mtime_ns + 1))
    partial.write_bytes(log_of(4))
    keep(kept, tmp_path / "archive")
    assert read(kept, tmp_path / "again", MINE) is None
    assert (tmp_path / "again" / segment(4)).read_bytes() == log_of(4)
    partial.rename(partial.with_suffix(""))
    keep(kept, tmp_path / "archive")
    assert not list(kept.wal.glob("*.partial*"))
    assert len(kept_before(kept, segment(4))) == 3


def test_what_was_received_in_the_clear_before_leaves_the_place(kept: Store, tmp_path: Path) -> None:
    before = Store(kept.root, kept.system).receiving(1)
    before.mkdir(parents=True)
    (before / segment(5)).write_bytes(bytes(MEGABYTE))
    (before / f"{segment(6)}.partial").write_bytes(bytes(MEGABYTE))
    keep(kept, tmp_path / "archive")
    assert in_the_clear(kept.root) == []
    assert segment(6) in segments(kept)


def swap(path: Path) -> None:
    shutil.copy(path.with_name(f"{segment(3)}.gz.age"), path)


def in_clear(path: Path) -> None:
    path.unlink()
    path.with_suffix("").write_bytes(gzip.compress(bytes(MEGABYTE)))


def forge(path: Path) -> None:
    """By somebody who can write to the place and knows the public key."""
    somebody = keys(path.parent / "somebody")
    path.write_bytes(somebody.sealed(path.name, gzip.compress(bytes(MEGABYTE))))


def older(path: Path) -> None:
    """The beginning of a segment for the whole of it."""
    shutil.copy(path.with_name(f"{segment(4)}.partial.gz.age"), path)


@pytest.mark.parametrize("damage", [flip, cut, swap, in_clear, forge, older])
def test_a_log_that_was_changed_ends_before_it(kept: Store, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    damage(kept.wal / f"{segment(2)}.gz.age")
    assert f"{segment(2)}.gz" in str(read(kept, tmp_path / "into", MINE))
    assert sorted(path.name for path in (tmp_path / "into").iterdir() if path.is_file()) == [segment(1)]


def test_the_wrong_key_opens_nothing_of_the_log(kept: Store, tmp_path: Path) -> None:
    assert "cannot be decrypted" in str(read(kept, tmp_path / "into", OTHER))
    assert "cannot be decrypted" in str(read(kept, tmp_path / "none"))


# Backups


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two encrypted backups of a server that has only the public key: a full one, and one that builds on it."""
    folder = tmp_path_factory.mktemp("encrypted")
    site = Site(folder, encrypted=str(MINE.to_public()))
    (folder / "backups").mkdir()
    (folder / "mine").write_text(f"{MINE}\n")
    (folder / "other").write_text(f"{OTHER}\n")
    site.serve().stop()
    full = site.done("create", "--physical")
    assert (full["verified"], full["verified_encrypted"], full["encrypted"]) == (True, False, True)
    second = site.done("create", "--physical", "--identity", str(folder / "mine"))
    assert (second["verified"], second["verified_encrypted"], second["builds_on"]) == (True, True, full["id"])
    assert not (site.data_dir / "making").exists()
    assert in_the_clear(folder / "backups") == []
    yield site
    for client in site.clients:
        client.close()


@pytest.fixture
def copy(made: Site, tmp_path: Path) -> tuple[Store, list[Manifest]]:
    """Of them, to be damaged; the data directory still knows by whom they are signed."""
    shutil.copytree(made.folder / "backups", tmp_path / "backups")
    store = Store(tmp_path / "backups", made.store.system, keys(made.data_dir, MINE))
    return store, store.manifests()


def restored(store: Store, manifest: Manifest, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir(exist_ok=True)
    assert stage(store, manifest, Place(tmp_path / "scratch"), last=manifest.mark_segment) is None


def test_both_come_back(copy: tuple[Store, list[Manifest]], tmp_path: Path) -> None:
    store, (_, second) = copy
    restored(store, second, tmp_path)
    assert (tmp_path / "scratch" / "postgres" / "PG_VERSION").exists()


@pytest.mark.parametrize("name", ["base.tar.gz.age", "pg_wal.tar.gz.age", "backup_manifest"])
@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
def test_a_changed_file_is_found(
    copy: tuple[Store, list[Manifest]], tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    store, (full, second) = copy
    damage(store.folder(full) / name)
    with pytest.raises(Damaged, match=r"not what it was|is missing|cannot be decrypted"):
        restored(store, second, tmp_path)
    assert not (tmp_path / "scratch" / "postgres").exists()


def test_a_changed_or_swapped_manifest_is_found(copy: tuple[Store, list[Manifest]]) -> None:
    store, (full, second) = copy
    first, other = store.folder(full) / "manifest.json", store.folder(second) / "manifest.json"
    kept = first.read_bytes()
    first.write_bytes(other.read_bytes())
    with pytest.raises(Damaged, match="moved or replaced"):
        read_manifest(store.folder(full))
    assert [*store.damaged()] == [full.id]
    first.write_bytes(kept.replace(b'"timeline": 1', b'"timeline": 2'))
    with pytest.raises(Damaged, match="not as it was signed"):
        read_manifest(store.folder(full))
    assert [each.id for each in store.manifests()] == [second.id]


def test_who_may_have_made_it_and_who_can_read_it(copy: tuple[Store, list[Manifest]], tmp_path: Path) -> None:
    store, (full, _) = copy
    for found, words in (
        (keys(tmp_path / "elsewhere", MINE), "--signed-by"),
        (keys(store.keys.data_dir or tmp_path, OTHER), "is the wrong one"),
        (keys(store.keys.data_dir or tmp_path), "pass --identity"),
    ):
        with pytest.raises(BackupError, match=words):
            restored(Store(store.root, store.system, found), full, tmp_path)
    clear = full.model_copy(update={"recipients": (), "files": {}, "signed_by": None})
    with pytest.raises(BackupError, match="neither encrypted nor signed"):
        restored(store, clear, tmp_path)


def test_what_can_be_said_without_the_private_key(made: Site) -> None:
    full, second = made.done("list")["backups"]
    assert made.done("verify", second["id"])["restored"] is False
    assert "wrong one" in made.refused("verify", second["id"], "--identity", str(made.folder / "other"))
    assert "wrong one" in made.refused("restore", "--latest", "--identity", str(made.folder / "other"))
    assert "pass --identity" in made.refused("restore", "--latest")
    assert [one["verified"] for one in made.done("list")["backups"]] == [True, True]
    assert not list(made.data_dir.glob("postgres.*"))
    assert "verified before encryption" in made.run("list").stdout
    assert made.done("verify", full["id"], "--identity", str(made.folder / "mine"))["verified_encrypted"]


def test_the_data_directory_lost_and_everything_encrypted(made: Site) -> None:
    server = made.serve()
    ada = made.register(server, "ada")
    wait_for(lambda: receives(server))
    for number in range(5):
        ada.add(f"Task {number} 🌷 عربي")
    ask(server, "select pg_switch_wal()::text from pg_create_restore_point('here')")
    position = str(ask(server, "select pg_walfile_name(pg_current_wal_lsn())"))
    wait_for(lambda: segments(made.store).get(position[:24]) is not None and len(list(made.store.wal.iterdir())) > 3)
    ada.add("The last")
    last = made.store.wal / f"{ask(server, 'select pg_walfile_name(pg_current_wal_lsn())')}"
    wait_for(lambda: any(path.name.startswith(last.name) for path in made.store.wal.iterdir()))
    signer = made.done("list")["backups"][0]["signed_by"]
    wait_for(lambda: in_the_clear(made.folder / "backups") == [])
    process_table.send([server.process.pid, *process_table.of_cluster(made.place.cluster)], signal.SIGKILL)
    server.process.wait()
    assert process_table.gone_within(10, made.place.cluster)
    shutil.rmtree(made.data_dir)
    key = ("--identity", str(made.folder / "mine"))
    assert "--signed-by" in made.refused("restore", "--latest", *key)
    report = made.done("restore", "--latest", *key, "--signed-by", signer)
    assert report["signs_as"] not in {None, signer}
    server = made.serve()
    assert {f"Task {number} 🌷 عربي" for number in range(5)} <= titles(made.sign_in(server, ada))
    server.stop()
