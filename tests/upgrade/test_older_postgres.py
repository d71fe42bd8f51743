"""A data directory that PostgreSQL 15 made moves to the PostgreSQL that comes with this version."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.database.embedded import binaries
from api.database.embedded.account import account_for
from api.database.embedded.cluster import ENVIRONMENT
from api.database.embedded.place import Place
from api.database.schema import REVISION
from api.utils import secret_file
from server.upgrade.migrating import answers
from server.upgrade.old_server import old_server
from tests.links.debian import PROGRAMS
from tests.upgrade.conftest import ask, fill, state_of, todo_server


def made_by_15(data_dir: Path) -> Any:
    data_dir.mkdir(mode=0o700)
    place = Place(data_dir.resolve())
    secret_file.read_or_make(place.superuser_password)
    password = secret_file.read_or_make(place.owner_password)
    account = account_for(place)
    initdb = (PROGRAMS / "initdb", "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={place.superuser_password}")
    command = (*account.prefix, *map(str, (*initdb, "-E", "UTF8", "--locale=C.UTF-8", "-N", place.cluster)))
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT, cwd=data_dir)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            "server.upgrade.old_server.answers",
            lambda target: answers(replace(target, user="postgres", database="postgres")),
        )
        with old_server(place, account, PROGRAMS, "15") as target:
            superuser = f"postgresql://postgres@/DATABASE?host={place.socket}"
            _made(superuser.replace("DATABASE", "postgres"), password)
            return fill(target, superuser.replace("DATABASE", "todo"), REVISION)


def _made(url: str, password: str) -> None:
    ask(url, f"create role todo login createrole password '{password}'", "create database todo owner todo")


def version_of(data_dir: Path) -> str:
    return (data_dir / "postgres" / "PG_VERSION").read_text().strip()


@pytest.fixture
def old(data_dir: Path) -> Any:
    return made_by_15(data_dir)


def test_every_row_moves_by_the_old_programs_and_back(data_dir: Path, old: Any) -> None:
    assert "`todo-server upgrade` moves it" in todo_server(data_dir, "users", "list").refusal
    refusal = todo_server(data_dir, "upgrade").refusal
    assert "made by PostgreSQL 15: --old-bin DIR" in refusal
    assert "no verified logical backup" in refusal
    ours = str(binaries.directory())
    assert "the data are of PostgreSQL 15" in todo_server(data_dir, "upgrade", "--old-bin", ours).refusal
    assert version_of(data_dir) == "15"
    done = todo_server(data_dir, "upgrade", "--old-bin", str(PROGRAMS), "--json").report
    assert (done["moved_from_postgresql"], done["lost"]) == ("15", None)
    assert version_of(data_dir) == str(binaries.major_version())
    assert state_of(data_dir) == old
    # The same rows again, from the backup that was just made, as if the old programs were lost.
    assert subprocess.run(done["back"].partition(", then")[0], shell=True, check=True).returncode == 0  # noqa: S602
    assert version_of(data_dir) == "15"
    assert todo_server(data_dir, "upgrade", "--rehearse", "--json").report["ok"]
    assert "not the newest" in todo_server(data_dir, "upgrade", "--from-backup", "20260101T000000Z-000000").refusal
    again = todo_server(data_dir, "upgrade", "--from-backup", done["backup"], "--json").report
    assert "What was written after" in again["lost"]
    assert state_of(data_dir) == old
    assert not (data_dir / "upgrading").exists()


def test_a_newer_one_is_refused(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir(parents=True)
    (data_dir / "postgres" / "PG_VERSION").write_text("99\n")
    assert "at least as new as the one that made it" in todo_server(data_dir, "upgrade").refusal
