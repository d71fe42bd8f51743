"""What we tell PostgreSQL: `todo.conf`, included at the end of postgresql.conf, and pg_hba.conf.

Both are written anew at each start, so that a new release brings its own. What ALTER SYSTEM has set
(postgresql.auto.conf) counts more than `todo.conf`.
"""

import os
from pathlib import Path

from api.database.embedded.account import Account
from api.database.embedded.place import Place

_SYNCHRONOUS = "todo_synchronous.conf"
_INCLUDE = "include = 'todo.conf'"
_MEGABYTE = 2**20
MAX_CONNECTIONS = 100
"""Of which PostgreSQL keeps three for the superuser."""

_PG_HBA = """\
# Written by todo-server at each start. Nobody comes over the network, and nobody without a password.
local all         all scram-sha-256
local replication all scram-sha-256
"""

_SETTINGS = """\
# Written by todo-server at each start: changes here are lost. Use ALTER SYSTEM, or put lines after the include in
# postgresql.conf.
listen_addresses = ''
port = 5432
unix_socket_directories = {socket}
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = {max_connections}
shared_buffers = '{shared_buffers}MB'
timezone = 'UTC'
jit = off

fsync = on
full_page_writes = on
synchronous_commit = on
wal_level = replica
summarize_wal = on
# Log that nobody received while it was written is here within a minute; the server carries it on from this folder.
archive_mode = on
archive_library = 'basic_archive'
archive_timeout = '45s'
basic_archive.archive_directory = {archive}
# Whoever should receive the log and does not must neither fill the disk nor keep PostgreSQL from ending.
max_slot_wal_keep_size = '512MB'
wal_sender_timeout = '5s'
wal_summary_keep_time = '10d'

shared_preload_libraries = 'pg_stat_statements'
# A query whose client has gone stops.
client_connection_check_interval = '5s'

# Titles and e-mail addresses are part of statements, details and parameters: none of these reach the log.
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
logging_collector = on
log_directory = {log}
log_filename = 'postgresql-%a.log'
log_file_mode = 0600
log_rotation_age = '1d'
log_rotation_size = 0
log_truncate_on_rotation = on
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '

# Whom a COMMIT waits for, while it is well.
include_if_exists = 'todo_synchronous.conf'
"""


def configure(cluster: Path, place: Place, account: Account) -> None:
    """Write the configuration into `cluster`, which may still be the unfinished one. COMMITs wait for nobody yet."""
    do_not_wait(cluster)
    settings = _SETTINGS.format(
        max_connections=MAX_CONNECTIONS,
        # A folder's name may hold a comma, which separates the elements of this list, hence the inner quotes.
        socket=_quoted('"' + str(place.socket).replace('"', '""') + '"'),
        log=_quoted(str(place.log)),
        archive=_quoted(str(place.archive_of(cluster))),
        shared_buffers=shared_buffers(_memory()),
    )
    _write(cluster / "todo.conf", settings, account)
    _write(cluster / "pg_hba.conf", _PG_HBA, account)
    main = cluster / "postgresql.conf"
    text = main.read_text(encoding="utf-8", errors="surrogateescape")
    if _INCLUDE not in text.splitlines():
        _write(main, f"{text}\n{_INCLUDE}\n", account)


def wait_for_receiver(cluster: Path, name: str, account: Account) -> None:
    """After the next reload a COMMIT waits until the receiver that connects as `name` has it. Raises `OSError`."""
    _write(cluster / _SYNCHRONOUS, f"synchronous_standby_names = '{name}'\n", account)


def do_not_wait(cluster: Path) -> None:
    """After the next reload a COMMIT waits for nobody. It takes no room, which a full disk would not have."""
    (cluster / _SYNCHRONOUS).unlink(missing_ok=True)


def shared_buffers(memory: int) -> int:
    """Megabytes for `memory` bytes: a sixteenth, at least 128 and at most 512. The system's own cache does the rest."""
    return min(max(memory // 16 // _MEGABYTE, 128), 512)


def _memory() -> int:
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        # A container's share; the root group, or one without a limit, has no number there.
        return min(machine, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    except (OSError, ValueError):
        return machine


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n")
    return f"'{escaped}'"


def _write(path: Path, text: str, account: Account) -> None:
    """Whole or not at all, also after a power failure; untouched where it says this already."""
    content = text.encode("utf-8", errors="surrogateescape")
    if path.exists() and path.read_bytes() == content:
        return
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fchown(descriptor, account.uid, -1)
        os.fsync(descriptor)
    unfinished.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
