"""What cannot be used is refused with one sentence, and stays as it is."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from held_postgres import NOBODY, Holder, execute, is_stopped

from api.database.embedded import EmbeddedError, cluster, lifetime, running

Hold = Callable[..., Holder]


class Disk(NamedTuple):
    total: int
    used: int
    free: int


def refusal(data_dir: Path) -> str:
    with pytest.raises(EmbeddedError) as caught, running(data_dir):
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_no_data_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert refusal(tmp_path / "file") == f"{tmp_path}/file is not a directory: choose another --data-dir."
    assert "cannot be made (" in refusal(tmp_path / "file" / "below")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "choose another --data-dir" in refusal(tmp_path / "loop")
    assert contents(tmp_path) == {f"{tmp_path}/file": b"mine"}


def test_a_folder_that_is_no_cluster_is_left_alone(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir(parents=True)
    (data_dir / "postgres" / "notes.txt").write_text("mine")
    assert "move it away, or choose another --data-dir" in refusal(data_dir)
    assert list(data_dir.rglob("*")) == [data_dir / "postgres", data_dir / "postgres" / "notes.txt"]


def test_another_major_version_is_left_alone(data_dir: Path) -> None:
    with running(data_dir):
        pass
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    before = contents(data_dir)
    assert refusal(data_dir) == (
        f"{data_dir}/postgres was made by PostgreSQL 17, and this is PostgreSQL 18: `todo-server upgrade` moves it."
    )
    assert contents(data_dir) == before


def test_a_lost_superuser_password_is_not_replaced_by_another(data_dir: Path) -> None:
    with running(data_dir):
        pass
    password = data_dir / "secrets" / "postgres_password"
    kept = password.read_text()
    password.unlink()
    assert f"{password} is missing" in refusal(data_dir)
    assert not password.exists()
    password.write_text(kept)
    assert f"chmod 600 {password}" in refusal(data_dir)


def test_a_wrong_superuser_password_is_named_when_it_is_needed(data_dir: Path) -> None:
    with running(data_dir):
        pass
    for name in ("postgres_password", "todo_password"):
        (data_dir / "secrets" / name).write_text("x" * 43)
    assert "put the file that belongs to it back from a backup" in refusal(data_dir)
    assert is_stopped(data_dir)


def test_a_full_disk_is_named(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(2**30, 2**30, 4096))
    assert refusal(data_dir) == f"The disk of {data_dir} is full: free 200 MB for the new database, and start again."
    assert not (data_dir / "postgres").exists()


def test_an_initdb_that_fails_says_why_and_leaves_nothing(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_OPTIONS", ("--encoding=nonsense",))
    assert "nonsense" in refusal(data_dir)
    assert not (data_dir / "postgres").exists()
    assert not (data_dir / "postgres.new").exists()


def test_a_postgres_that_does_not_start_is_quoted(data_dir: Path) -> None:
    with running(data_dir):
        pass
    with (data_dir / "postgres" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = on\n")
    assert "PostgreSQL did not start" in refusal(data_dir)
    assert "no_such_setting" in refusal(data_dir)
    assert is_stopped(data_dir)


def test_a_postgres_that_takes_too_long_is_stopped(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(data_dir):
        pass
    monkeypatch.setattr(lifetime, "_LONGEST_START", -1.0)
    assert "PostgreSQL did not start" in refusal(data_dir)
    assert is_stopped(data_dir)


def test_a_command_does_not_wait_for_ever_for_a_silent_postgres(
    data_dir: Path, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = hold("server")
    assert execute(server.url, "select 1") == 1
    monkeypatch.setattr(lifetime, "_FOR_AN_ANSWER", 0.2)
    monkeypatch.setattr(lifetime, "answers", lambda _: False)
    assert f"(process {server.process.pid})" in refusal(data_dir)


def test_a_server_does_not_wait_for_ever_for_a_command(
    data_dir: Path, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = hold("command")
    assert execute(command.url, "select 1") == 1
    monkeypatch.setattr(lifetime, "_FOR_OTHERS_BEFORE", 0.2)
    with pytest.raises(EmbeddedError, match="wait until it has ended"), running(data_dir, serving=True):
        pass
    assert execute(command.url, "select 1") == 1


def test_another_owner_is_named(open_folder: Path, another_user: tuple[str, ...], hold: Hold) -> None:
    data_dir = open_folder / "data"
    data_dir.mkdir(mode=0o777)
    data_dir.chmod(0o777)
    assert "belongs to the user root: run todo-server as root" in hold("server", *another_user, where=data_dir).error
    os.chown(data_dir, NOBODY, NOBODY)
    with running(data_dir):
        pass
    assert f"{data_dir}/postgres belongs to the user root" in hold("server", *another_user, where=data_dir).error
    os.chown(data_dir / "postgres", 1, 1)
    assert "postgres belongs to the user daemon: run todo-server as daemon" in refusal(data_dir)


def test_a_folder_that_cannot_be_written_to(open_folder: Path, another_user: tuple[str, ...], hold: Hold) -> None:
    data_dir = open_folder / "data"
    assert "cannot be made ([Errno 13] Permission denied" in hold("server", *another_user, where=data_dir).error
    data_dir.mkdir(mode=0o500)
    os.chown(data_dir, NOBODY, NOBODY)
    assert "cannot be written to: make it writable" in hold("server", *another_user, where=data_dir).error
    assert list(data_dir.iterdir()) == []
