"""The log in the clear: whatever was changed in it is found, and no end of it is left out without a word."""

import gzip
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from backup.errors import BackupError
from backup.physical import wal
from backup.physical.pages import is_torn
from backup.physical.replay import segments, take_out
from backup.physical.store import Store
from backup.physical.wal import set_aside_before
from tests.recovery.conftest import Site, ask, receives, titles, wait_for
from tests.recovery.damage import cut, flip
from tests.recovery.log import MEGABYTE, PAGE, log_of, segment
from tests.recovery.test_recovery_moments import kill


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three segments that are kept, and the beginning of a fourth."""
    store = Store(tmp_path / "place", "123")
    store.make()
    (tmp_path / "into").mkdir()
    for number in (1, 2, 3):
        (store.wal / f"{segment(number)}.gz").write_bytes(gzip.compress(log_of(number)))
    (store.wal / "receiving" / f"{segment(4)}.partial").write_bytes(log_of(4, until=PAGE))
    return store


def with_page(at: int, *, change: bytes) -> Callable[[Path], None]:
    """What somebody writes who packs it again."""

    def write(path: Path) -> None:
        content = bytearray(log_of(2))
        content[at : at + len(change)] = change
        path.write_bytes(gzip.compress(content))

    return write


def holding(content: bytes) -> Callable[[Path], None]:
    def hold(path: Path) -> None:
        path.write_bytes(gzip.compress(content))

    return hold


DAMAGES = {
    "a bit": flip,
    "cut": cut,
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "not packed": lambda path: path.write_bytes(log_of(2)),
    "another's name": holding(log_of(3)),
    "another timeline's": holding(log_of(2, timeline=2)),
    "another cluster's": holding(log_of(2, cluster="124")),
    "too short": holding(log_of(2)[:-PAGE]),
    "a page elsewhere": with_page(5 * PAGE + 8, change=struct.pack("=Q", 7 * MEGABYTE)),
    "a page that is none": with_page(5 * PAGE, change=b"\xff\xff"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_log_that_was_changed_ends_before_it(store: Store, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    damage(store.wal / f"{segment(2)}.gz")
    into = tmp_path / "into"
    said = str(take_out(store, segment(1), None, None, into))
    assert segment(2) in said or f"before the segment {segment(3)} is missing" in said
    assert [path.name for path in into.iterdir()] == [segment(1)]


def test_a_beginning_that_was_set_aside_gives_way_to_the_whole(store: Store, tmp_path: Path) -> None:
    (store.wal / "receiving" / f"{segment(4)}.partial").unlink()
    aside, own = store.wal / "receiving" / "00000001.7", tmp_path / "pg_wal"
    aside.mkdir()
    own.mkdir()
    (own / segment(4)).write_bytes(log_of(4))
    (aside / f"{segment(4)}.partial").write_bytes(log_of(4, until=PAGE))
    assert segments(store, own)[segment(4)] == own / segment(4)


def test_what_is_set_aside_while_the_log_is_kept_costs_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = store.wal / "receiving" / "00000001"
    folder.mkdir()
    (folder / segment(5)).write_bytes(log_of(5))
    before = [folder / segment(5)]
    set_aside_before(folder, segment(7))
    with monkeypatch.context() as patch:
        patch.setattr(wal, "files_below", lambda folder: before if folder.name == "receiving" else [])
        wal.keep(store, tmp_path / "archive")
    assert not (store.wal / f"{segment(5)}.gz").exists()
    wal.keep(store, tmp_path / "archive")
    assert (store.wal / f"{segment(5)}.gz").exists()


def test_two_that_changed_their_names(store: Store, tmp_path: Path) -> None:
    first, second = (store.wal / f"{segment(number)}.gz" for number in (2, 3))
    first.rename(tmp_path / "aside")
    second.rename(first)
    (tmp_path / "aside").rename(second)
    assert f"{first} is damaged (at 0 KB it holds 0/300000" in str(
        take_out(store, segment(1), None, None, tmp_path / "into")
    )


def test_what_postgresql_prepares_for_later_is_no_log(store: Store, tmp_path: Path) -> None:
    own, into = tmp_path / "own", tmp_path / "into"
    own.mkdir()
    (own / segment(5)).write_bytes(log_of(2))
    (own / segment(6)).write_bytes(log_of(3))
    assert take_out(store, segment(1), None, own, into) is None
    assert max(path.name for path in into.iterdir()) == segment(4)
    (own / segment(7)).write_bytes(log_of(7))
    assert "before the segment" in str(take_out(store, segment(1), None, own, into))


def test_a_timeline_without_its_history_is_refused(store: Store, tmp_path: Path) -> None:
    into = tmp_path / "into"
    for number in (3, 4):
        content = log_of(number, timeline=2)
        (store.wal / f"{segment(number, 2)}.gz").write_bytes(gzip.compress(content))
    with pytest.raises(BackupError, match=r"00000002\.history is missing"):
        take_out(store, segment(1), None, None, into)
    (into / "00000002.history").write_text(f"1\t0/{3 * MEGABYTE + 100:X}\tbefore that\n")
    assert take_out(store, segment(1), None, None, into) is None
    # The beginning of its first segment is that of the timeline that it left; of the second it cannot be.
    for number, good in ((3, True), (4, False)):
        content = log_of(number, timeline=2)
        (store.wal / f"{segment(number, 2)}.gz").write_bytes(gzip.compress(log_of(number)[:PAGE] + content[PAGE:]))
        assert (take_out(store, segment(1), None, None, into) is None) is good


def test_one_record_may_be_torn_and_no_more() -> None:
    """It begins at 1,000 on the second page and is 20,000 bytes long."""
    start, end = 5 * MEGABYTE, 5 * MEGABYTE + PAGE + 1000
    log = bytearray(log_of(5))
    struct.pack_into("=I", log, PAGE + 1000, 20_000)
    left = 20_000 - (PAGE - 1000)
    for page in (2, 3):
        struct.pack_into("=HHIQI", log, page * PAGE, 0xD118, 1, 1, start + page * PAGE, left)
        left -= PAGE - 24
    assert is_torn(bytes(log), start, end, start + 2 * PAGE)
    assert is_torn(bytes(log), start, end, start + 3 * PAGE)
    assert not is_torn(bytes(log), start, end, start + 5 * PAGE)
    for at, change in {
        PAGE + 1000: b"\xff\xff\xff\xff",  # its length
        2 * PAGE + 16: b"\0",  # what is left of it
        3 * PAGE + 400: struct.pack("=Q", end),  # the record before another
    }.items():
        other = bytearray(log)
        other[at : at + len(change)] = change
        assert not is_torn(bytes(other), start, end, start + 3 * PAGE + 500)


def test_nothing_acknowledged_is_left_out_without_a_word(site: Site) -> None:
    server = site.serve()
    ada = site.register(server, "ada")
    site.done("create", "--physical")
    wait_for(lambda: receives(server))
    ask(server, "select pg_switch_wal()::text from pg_create_restore_point('here')")
    for number in range(30):
        ada.add(f"Task {number}")
    store = site.store
    kill(server, site)
    shutil.rmtree(site.data_dir)
    newest = list(segments(store).values())[-1]
    content = newest.read_bytes()
    changed = bytearray(content)
    changed[len(content.rstrip(b"\0")) // 2] ^= 4
    newest.write_bytes(changed)
    said = site.refused("restore", "--latest")
    assert "cannot be read" in said
    assert newest.name in said
    assert not (site.data_dir / "postgres").exists()
    newest.write_bytes(content)
    site.done("restore", "--latest")
    server = site.serve()
    assert titles(site.sign_in(server, ada)) == {f"Task {number}" for number in range(30)}
    server.stop()
