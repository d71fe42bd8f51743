"""As root, as an ordinary user, and against other users; below closed folders, none of which is opened for it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from held_postgres import NOBODY, Holder, execute, is_stopped, postmaster

from api.database.embedded import EmbeddedError, account, place, running

Hold = Callable[..., Holder]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def modes(folder: Path) -> dict[Path, tuple[int, int]]:
    return {each: (each.stat().st_mode, each.stat().st_uid) for each in (folder, *folder.parents)}


def test_below_a_closed_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    (closed / "inner").chmod(0o711)
    closed.chmod(0o700)
    before = modes(closed / "inner")
    with running(closed / "inner" / "data", serving=True) as postgres:
        assert execute(postgres.url, "select 1") == 1
        assert modes(closed / "inner") == before
        assert (closed / "inner" / "data" / "postgres").stat().st_uid == os.geteuid()
    assert modes(closed / "inner") == before


def test_an_existing_data_directory_keeps_its_mode(data_dir: Path) -> None:
    data_dir.mkdir()
    data_dir.chmod(0o751)
    with running(data_dir):
        assert data_dir.stat().st_mode & 0o777 == 0o751
        assert (data_dir / "socket").stat().st_mode & 0o777 == 0o700


def test_an_ordinary_user(open_folder: Path, another_user: tuple[str, ...], hold: Hold) -> None:
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)
    for _ in range(2):
        server = hold("server", *another_user, where=home / "data")
        assert execute(server.url, "select 1") == 1
        process = postmaster(home / "data")
        assert Path(f"/proc/{process}").stat().st_uid == NOBODY
        server.end()
        assert is_stopped(home / "data")
    server = hold("server", *another_user, where=home / "data")
    assert execute(server.url, "select 1") == 1
    server.kill()
    server = hold("server", *another_user, where=home / "data")
    assert execute(server.url, "select 1") == 1
    server.end()


def test_another_user_cannot_connect(open_folder: Path, another_user: tuple[str, ...]) -> None:
    data_dir = open_folder / "data"
    data_dir.mkdir(mode=0o755)
    try_it = (
        "import os, socket, sys\n"
        f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        "try: socket.socket(socket.AF_UNIX).connect(sys.argv[1])\n"
        "except PermissionError: print('refused')\n"
    )
    with running(data_dir, serving=True):
        socket = data_dir / "socket" / ".s.PGSQL.5432"
        assert socket.exists()
        done = subprocess.run([sys.executable, "-c", try_it, socket], capture_output=True, text=True, check=True)
        assert done.stdout == "refused\n"


@as_root
def test_root_without_namespaces_uses_a_system_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data_dir = tmp_path / "data"
    with running(data_dir) as postgres:
        execute(postgres.url, "create table kept as select 'Ada' as name")
    before = modes(data_dir)
    # An existing user, so that the test makes none.
    monkeypatch.setattr(place, "SYSTEM_USER", "nobody")
    monkeypatch.setattr(account, "SYSTEM_USER", "nobody")
    monkeypatch.setattr(account, "_account_in_namespace", lambda: account.Account(("false",), 0))
    with running(data_dir, serving=True) as postgres:
        assert execute(postgres.url, "select name from kept") == "Ada"
        assert Path(f"/proc/{postmaster(data_dir)}/status").read_text().split("Uid:")[1].split()[1] == str(NOBODY)
    with running(tmp_path / "other") as postgres:
        assert execute(postgres.url, "select 1") == 1
    assert (tmp_path / "other" / "postgres").stat().st_uid == NOBODY
    assert modes(data_dir) == before
    assert is_stopped(data_dir)


@as_root
def test_root_in_somebody_elses_closed_folder(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, 1, 1)
    monkeypatch.setattr(place, "SYSTEM_USER", "nobody")
    monkeypatch.setattr(account, "SYSTEM_USER", "nobody")
    before = modes(home)
    with running(home / "data") as postgres:
        assert execute(postgres.url, "select 1") == 1
    assert modes(home) == before


@as_root
def test_root_without_any_way_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "SYSTEM_USER", "no such user")
    monkeypatch.setattr(account, "SYSTEM_USER", "no such user")
    monkeypatch.setattr(account, "_account_in_namespace", lambda: account.Account(("false",), 0))
    with pytest.raises(EmbeddedError, match="run todo-server as an ordinary user"), running(tmp_path / "data"):
        pass


def test_a_socket_folder_that_somebody_else_made_is_refused(tmp_path: Path) -> None:
    data_dir = tmp_path / ("d" * 120)
    folder = place.Place(data_dir).socket
    folder.mkdir()
    folder.chmod(0o777)
    try:
        with pytest.raises(EmbeddedError, match="not a folder of our own"), running(data_dir):
            pass
    finally:
        folder.rmdir()


def test_the_environment_of_postgres_holds_none_of_our_secrets(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", "s" * 40)
    monkeypatch.setenv("PGDATA", "/nowhere")
    with running(data_dir):
        environment = Path(f"/proc/{postmaster(data_dir)}/environ").read_text()
    assert "s" * 40 not in environment
    assert "/nowhere" not in environment
    assert "LC_ALL=C" in environment
