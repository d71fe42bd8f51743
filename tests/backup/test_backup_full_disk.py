"""A disk that fills up in the middle of a restore."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from durability.faults.disk import fill
from tests.backup.conftest import MANY, TITLES, Command, Kept
from tests.backup.test_backup_life import asked
from tests.small_disk import small_disk

COUNT = "select count(*) from todo.tasks"


@pytest.fixture
def small(kept: Kept, tmp_path: Path) -> Iterator[Kept]:
    """The backup, and a disk of its own for it."""
    with small_disk(tmp_path / "small", 400 * 2**20) as disk:
        yield Kept(Path(shutil.copytree(kept.data_dir, disk / "data")), kept.name)


@pytest.mark.parametrize("leaving", [2, 7, 13], ids="{} MB left".format)
def test_what_was_there_stays_and_the_next_try_succeeds(
    small: Kept, leaving: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = Command(small.data_dir, {})
    command("restore", small.name, "--json").report.pop("rows")
    # It looks before, and believes that there is room.
    room = shutil.disk_usage(small.data_dir)._replace(free=10**12)
    ballast = small.data_dir.parent / "ballast"
    with monkeypatch.context() as patched, ballast.open("wb") as file:
        patched.setattr("shutil.disk_usage", lambda _: room)
        fill(file.fileno(), leaving=leaving * 2**20)
        refusal = command("restore", small.name, "--replace").refusal
    assert "internal error" not in refusal, refusal
    ballast.unlink()
    databases, tasks = asked(small.data_dir, "select datname from pg_database where datname like 'todo%'", COUNT)
    # Without any room PostgreSQL may be unable to drop what was begun; the next try does.
    assert set(databases) - {("todo_restoring",)} == {("todo",)}
    assert tasks == [(MANY + len(TITLES),)]
    assert command("restore", small.name, "--replace", "--json").report["set_aside"]
    databases, tasks = asked(small.data_dir, "select datname from pg_database where datname = 'todo_restoring'", COUNT)
    assert (databases, tasks) == ([], [(MANY + len(TITLES),)])
