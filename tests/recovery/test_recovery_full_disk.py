"""A disk that fills up while a physical backup is made, and in the middle of a restore."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from durability.faults.disk import fill
from tests.backup.conftest import Command
from tests.recovery.conftest import Site, titles
from tests.small_disk import small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "small", 500 * 2**20) as folder:
        yield folder


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
def test_what_was_there_stays_and_the_next_try_succeeds(
    disk: Path, encrypted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = pyrage.x25519.Identity.generate()
    (disk / "key").write_text(f"{private}\n")
    key = ("--identity", str(disk / "key")) if encrypted else ()
    site = Site(disk, encrypted=str(private.to_public()) if encrypted else "")
    server = site.serve()
    ada = site.register(server, "ada")
    ada.add("Here")
    for client in site.clients:
        client.close()
    server.stop()
    made = site.done("create", "--physical", "--no-verify")["id"]
    command = Command(site.data_dir, site.variables)
    # It looks before, and believes that there is room.
    room = shutil.disk_usage(disk)._replace(free=10**12)
    for leaving in (1, 4, 30):
        with monkeypatch.context() as patched, (disk / "ballast").open("wb") as file:
            patched.setattr("shutil.disk_usage", lambda _: room)
            fill(file.fileno(), leaving=leaving * 2**20)
            for what in (("create", "--physical", "--full"), ("restore", "--latest", *key)):
                refusal = command(*what).refusal
                assert "internal error" not in refusal
        (disk / "ballast").unlink()
        assert site.done("list")["backups"][0]["id"] == made
        assert not list(site.data_dir.glob("postgres.*"))
        assert not list((disk / "backups").rglob("*.new"))
    assert "MB free" in _refused_before(site, key)
    assert site.done("restore", "--latest", *key)["set_aside"]
    server = site.serve()
    again = site.sign_in(server, ada)
    assert titles(again) == {"Here"}
    for client in site.clients:
        client.close()
    server.stop()


def _refused_before(site: Site, key: tuple[str, ...]) -> str:
    """Where the disk is full and it looks."""
    ballast = site.folder / "ballast"
    with ballast.open("wb") as file:
        fill(file.fileno(), leaving=100 * 2**20)
    refusals = [site.refused(*what) for what in (("create", "--physical"), ("restore", "--latest", *key))]
    ballast.unlink()
    return min(refusals, key=lambda refusal: "MB free" in refusal)
