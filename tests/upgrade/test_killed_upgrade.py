"""`todo-server upgrade`, killed with -9 at each of its steps: nothing is lost, and the next call keeps its promise."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from api.database.embedded import binaries, running
from api.database.schema import REVISION
from api.database.url import Target, parse_url
from tests.backup.conftest import named, url_of
from tests.conftest import clean_environment
from tests.database.conftest import Cluster
from tests.links.debian import PROGRAMS
from tests.upgrade.conftest import NEXT, STATE, ask, fill, next_version, state_of, todo_server
from tests.upgrade.test_older_postgres import made_by_15, version_of

_KILLED = """
import functools, importlib, os, signal, sys
module, path, count = sys.argv[1], sys.argv[2].split("."), int(sys.argv[3])
owner = functools.reduce(getattr, path[:-1], importlib.import_module(module))
real = getattr(owner, path[-1])
def killing(*arguments, **named):
    global count
    count -= 1
    done = real(*arguments, **named)
    if count == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
setattr(owner, path[-1], killing)
from server.program import main
sys.argv = ["todo-server", *sys.argv[4:]]
main()
"""
BEFORE_COMMIT = (
    ("server.upgrade.live", "revision_at"),
    ("backup.physical.create", "create"),
    ("server.backup.making", "verified"),
    ("server.upgrade.live", "_named"),
    ("server.upgrade.witness", "Witness.before"),
    ("server.upgrade.witness", "Witness.after"),
)
AFTER_COMMIT = (("server.upgrade.migrating", "migrate"), ("server.upgrade.report", "Report.as_object"))


def killed_after(
    data_dir: Path,
    module: str,
    name: str,
    *options: str,
    times: int = 1,
    url: str | None = None,
    code: Path | None = None,
) -> None:
    """The command, killed when this function has returned for the nth time."""
    words = ["upgrade", "--json", *options, "--data-dir", str(data_dir)]
    variables = ({"NEON_DATABASE_URL": url} if url else {}) | ({"PYTHONPATH": str(code)} if code else {})
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, module, name, str(times), *words],
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == -signal.SIGKILL, (module, name, done.stdout, done.stderr)


def test_the_database_inside(data_dir: Path) -> None:
    with running(data_dir) as postgres:
        old = fill(parse_url(postgres.url), postgres.superuser_url, "0003")
    new = {**old, "revision": REVISION}
    for module, name in BEFORE_COMMIT:
        killed_after(data_dir, module, name)
        assert state_of(data_dir) == old, name
    for module, name in AFTER_COMMIT:
        killed_after(data_dir, module, name)
        assert dict(state_of(data_dir)) == new, name
        again = todo_server(data_dir, "upgrade", "--json").report
        assert again["ok"]
        back = again["back"].partition(", then")[0].removeprefix("todo-server ").split(" --data-dir")[0].split()
        assert todo_server(data_dir, *back).status == 0
        assert state_of(data_dir) == old, name
    done = todo_server(data_dir, "upgrade", "--json").report
    assert done["ok"]
    assert dict(state_of(data_dir)) == new
    assert todo_server(data_dir, "upgrade", "--json").report["back"] == done["back"]


def test_the_database_of_a_url(
    data_dir: Path, tmp_path: Path, cluster: Cluster, make_empty: Callable[[], Target]
) -> None:
    """By the version after this one: a backup by this one can be made from here on."""
    target, other = make_empty(), make_empty()
    superuser = url_of(cluster.superuser).replace("/todo?", f"/{target.database}?")
    old, url = fill(target, superuser, REVISION), url_of(target)
    code = next_version(tmp_path / "next", "comment on table todo.tasks is null")
    for module, name in (("backup.creating", "create"), ("backup.verifying", "verify"), BEFORE_COMMIT[-1]):
        killed_after(data_dir, module, name, url=url, code=code)
        assert ask(superuser, STATE) == old, name
    killed_after(data_dir, *AFTER_COMMIT[0], url=url, code=code)
    assert dict(ask(superuser, STATE)) == {**old, "revision": NEXT}
    back = todo_server(data_dir, "upgrade", "--json", url=url, code=code).report["back"]
    restore = ("backup", "restore", back.partition("backup restore ")[2].split()[0], "--into", named(other))
    assert todo_server(data_dir, *restore, url=url, password=str(other.password)).status == 0
    assert ask(url_of(cluster.superuser).replace("/todo?", f"/{other.database}?"), STATE) == old


def test_data_of_an_older_postgresql(data_dir: Path) -> None:
    old = made_by_15(data_dir)
    by_programs = ("--old-bin", str(PROGRAMS))
    for module, name in (("backup.creating", "create"), ("backup.verifying", "verify")):
        killed_after(data_dir, module, name, *by_programs)
        assert version_of(data_dir) == "15", name
    backup = max((data_dir / "backups" / "logical").iterdir()).name
    for module, name in (("backup.verifying", "fill_empty"), ("backup.physical.placing", "sync_folder")):
        killed_after(data_dir, module, name, "--from-backup", backup)
        assert version_of(data_dir) == "15", name
    # Between the two renames there is no cluster in the place: the next call puts the new one there.
    for module, name, times in (
        ("backup.physical.placing", "sync_folder", 2),
        ("server.upgrade.older", "put_in_place", 1),
    ):
        killed_after(data_dir, module, name, "--from-backup", backup, times=times)
        again = todo_server(data_dir, "upgrade", "--from-backup", backup, "--json").report
        assert (again["ok"], version_of(data_dir)) == (True, str(binaries.major_version()))
        assert state_of(data_dir) == old
        assert not (data_dir / "upgrading").exists()
        subprocess.run(again["back"].partition(", then")[0], shell=True, check=True)  # noqa: S602
        (data_dir / f"postgres.{binaries.major_version()}").rename(data_dir / f"looked-at-{times}")
        assert version_of(data_dir) == "15"
    done = todo_server(data_dir, "upgrade", *by_programs, "--json").report
    assert (done["ok"], done["lost"]) == (True, None)
    assert state_of(data_dir) == old
