"""An older PostgreSQL on the cluster that it made, on a socket in a private folder, for as long as its rows are read."""

import contextlib
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from api.database.embedded.account import Account
from api.database.embedded.cluster import ENVIRONMENT
from api.database.embedded.place import Place, make_private
from api.database.url import Target
from server.migrations import in_one_line
from server.upgrade.migrating import answers
from server.upgrade.report import UpgradeError

_LONGEST_START, _LONGEST_STOP = 60.0, 60.0
"""Seconds."""


@contextlib.contextmanager
def old_server(place: Place, account: Account, programs: Path, major: str) -> Iterator[Target]:
    """The database as the application's role has it. Whoever calls this holds the locks. Raises `UpgradeError`."""
    _refuse_other_version(programs, major)
    make_private(place.socket, account.uid)
    access = place.data_dir / "upgrading.conf"
    access.write_text("local all all trust\n", encoding="ascii")
    account.give(access)
    options = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": f'"{place.socket}"',
        "hba_file": str(access),
        "archive_mode": "off",
        "logging_collector": "off",
        "shared_preload_libraries": "",
    }
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    output = place.data_dir / "upgrading.log"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*account.prefix, str(programs / "postgres"), "-D", str(place.cluster), *settings],
            env=ENVIRONMENT,
            cwd=place.data_dir,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    target = Target(str(place.socket), 5432, "todo", None, "todo", "disable")
    deadline = time.monotonic() + _LONGEST_START
    try:
        while not answers(target):
            if process.poll() is not None or time.monotonic() > deadline:
                lines = output.read_text(errors="replace").strip().splitlines() or ["it did not say why"]
                raise UpgradeError(f"PostgreSQL {major} did not start in {place.cluster}: {lines[-1]}")
            time.sleep(0.1)
        yield target
    finally:
        for what in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(what)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LONGEST_STOP)
                break
        access.unlink(missing_ok=True)
        output.unlink(missing_ok=True)


def _refuse_other_version(programs: Path, major: str) -> None:
    try:
        said = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UpgradeError(f"{programs} holds no PostgreSQL that can be run: {in_one_line(error)}") from error
    found = re.search(r"\d+", said.stdout)
    if found is None or found[0] != major:
        raise UpgradeError(f"{programs} holds {said.stdout.strip()}, and the data are of PostgreSQL {major}.")
