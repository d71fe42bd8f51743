"""Making the cluster: whole, or not at all."""

import shutil
import signal
import subprocess

from api.database.embedded import binaries, process_table
from api.database.embedded.account import Account
from api.database.embedded.configuration import configure, sync_folder
from api.database.embedded.errors import EmbeddedError
from api.database.embedded.place import Place
from api.utils import secret_file

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""All that PostgreSQL's programs get to see: no secrets of ours, and no PG* variable that would change what they do."""

_SPACE_NEEDED = 200 * 2**20
"""Bytes: a new cluster takes 40 MB, its first checkpoints a little more."""
_LONGEST_INITDB = 300
"""Seconds; half a second is usual."""
_OPTIONS = (
    *("--username=postgres", "--encoding=UTF8", "--locale=C"),
    # The ctype must know Unicode: under plain C, search by any case fails beyond ASCII.
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    # Small segments make archiving every few seconds cheap.
    *("--data-checksums", "--wal-segsize=1", "--auth=scram-sha-256"),
)


def make_cluster(place: Place, account: Account) -> None:
    """Make the cluster where there is none; one that was interrupted is made anew. Raises `EmbeddedError`."""
    if place.cluster.exists():
        return
    if place.restored_cluster.exists():  # a restore was killed between its two steps, and is finished here
        place.restored_cluster.rename(place.cluster)
        sync_folder(place.data_dir)
        return
    _throw_away_unfinished(place)
    if shutil.disk_usage(place.data_dir).free < _SPACE_NEEDED:
        raise EmbeddedError(
            f"The disk of {place.data_dir} is full: free {_SPACE_NEEDED // 2**20} MB for the new database, "
            "and start again."
        )
    secret_file.read_or_make(place.superuser_password)
    command = (
        *account.prefix,
        *(str(binaries.directory() / "initdb"), "-D", str(place.unfinished_cluster)),
        *(*_OPTIONS, f"--pwfile={place.superuser_password}"),
    )
    try:
        done = subprocess.run(
            command,
            cwd=place.data_dir,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_LONGEST_INITDB,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EmbeddedError(
            f"Making the database in {place.data_dir} took too long: start again on a quieter machine."
        ) from error
    if done.returncode:
        _throw_away_unfinished(place)
        raise EmbeddedError(f"The database in {place.data_dir} could not be made: {_reason(done.stdout)}")
    configure(place.unfinished_cluster, place, account)
    place.unfinished_cluster.rename(place.cluster)
    sync_folder(place.data_dir)


def _throw_away_unfinished(place: Place) -> None:
    if not place.unfinished_cluster.exists():
        return
    # The initdb of a first start that was killed may still be writing.
    process_table.send(list(process_table.of_cluster(place.unfinished_cluster)), signal.SIGKILL)
    process_table.gone_within(5, place.unfinished_cluster)
    shutil.rmtree(place.unfinished_cluster)


def _reason(output: bytes) -> str:
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    serious = [line for line in lines if "error:" in line or "FATAL:" in line]
    return (serious[:1] or lines[-1:] or ["initdb did not say why."])[0]
