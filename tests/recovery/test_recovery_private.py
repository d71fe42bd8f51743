"""Nobody else on the machine reads backups or log, whatever the umask is and whatever an earlier version left open."""

import os
import stat
from pathlib import Path

from tests.recovery.conftest import Site, ask, receives, wait_for


def open_to_others(folder: Path) -> list[str]:
    found = [path for path in folder.rglob("*") if not path.is_symlink() and stat.S_IMODE(path.lstat().st_mode) & 0o077]
    return sorted(str(path.relative_to(folder)) for path in found)


def test_a_place_that_was_open_and_a_umask_that_opens_everything(site: Site) -> None:
    place = site.folder / "backups"
    place.chmod(0o755)
    theirs = place / "photographs"
    theirs.mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        left = place / "wal" / "1" / "receiving"
        left.mkdir(parents=True)
        (left.parent / "000000010000000000000001.gz").write_bytes(b"of an earlier version")
        server = site.serve()
        wait_for(lambda: receives(server))
        for _ in range(2):
            ask(server, "select pg_switch_wal()::text from pg_create_restore_point('here')")
        wait_for(lambda: len(list(site.store.wal.glob("*.gz"))) >= 1)
        site.done("create", "--physical")
        wait_for(lambda: open_to_others(place) == ["photographs"])
        assert open_to_others(site.data_dir) == []
        server.stop()
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (place, theirs)] == [0o755, 0o755]
