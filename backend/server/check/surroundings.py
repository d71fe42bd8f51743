"""What can be looked at without the database: configuration, files, disk, backups, the port."""

import contextlib
import os
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from api.database.room import LEAST_BYTES, nearest, room
from api.routers.pages import FOLDER
from api.services.backup_history import read_history
from api.settings import Settings, unknown_variables
from server.check.finding import Finding, fail, ok, warn

LITTLE_SHARE, LITTLE_BYTES = 0.1, 2**30
BACKUP_HOURS = 26
"""A day, and the time that a backup may take."""
MAKE_ONE = "Make one with `todo-server backup create`"
_PRIVATE = stat.S_IRWXG | stat.S_IRWXO


def unknown() -> Iterator[Finding]:
    """Variables that nobody reads."""
    strange = unknown_variables()
    if strange:
        yield warn(
            "configuration", f"{', '.join(strange)} means nothing to this version.", "Correct the name, or remove it."
        )


def configuration(settings: Settings) -> Iterator[Finding]:
    """What can be used, and is unwise or meaningless."""
    keyless = settings.database_url is not None and settings.jwt_secret is None
    if keyless:
        yield fail(
            "configuration",
            "JWT_SECRET is not set, and the database is configured by a URL.",
            "openssl rand -base64 48 makes one.",
        )
    if settings.registration == "open" and settings.public_url and not settings.https:
        yield warn(
            "configuration",
            "Anybody may register, over http.",
            "Give PUBLIC_URL an https address behind a proxy, or set REGISTRATION=closed.",
        )
    if settings.rate_limit == "off":
        yield warn("configuration", "TODO_RATE_LIMIT is off: passwords can be guessed without end.", "Remove it.")
    if not keyless:
        yield ok("configuration", "Every variable can be used.")
    if not (FOLDER / "index.html").is_file():
        yield warn("web page", "The web page has not been built.", "Run `make setup`, then start the server again.")


def files(settings: Settings) -> Iterator[Finding]:
    """Whether secrets are for their owner only."""
    open_ones = []
    secrets = settings.data_dir / "secrets"
    with contextlib.suppress(OSError):
        open_ones += [path for path in (secrets, *secrets.iterdir()) if path.stat().st_mode & _PRIVATE]
    with contextlib.suppress(OSError):
        environment = Path(".env")
        holds = any(word in environment.read_text() for word in ("SECRET=", "URL=", "TOKEN=", "KEY="))
        if holds and environment.stat().st_mode & _PRIVATE:
            open_ones.append(environment.absolute())
    if open_ones:
        names = " ".join(map(str, open_ones))
        yield fail("files", f"Others on this machine may read secrets: {names}", f"chmod go= {names}")
    else:
        yield ok("files", "Secrets can be read by their owner only.")


def disk(settings: Settings) -> Iterator[Finding]:
    """The room for the database inside, and for backups."""
    free, size = room(nearest(settings.data_dir))
    says = f"{free / 1e9:,.1f} of {size / 1e9:,.1f} GB are free where {settings.data_dir} lies."
    if free < LEAST_BYTES:
        yield fail("disk", says, "Free some space: the server only reads until there is room.")
    elif _is_little(free, size):
        yield warn("disk", says, "Free some space before it runs out.")
    else:
        yield ok("disk", says)


def backups_disk(settings: Settings) -> Iterator[Finding]:
    """Whether backups can be written, and have room."""
    folder = settings.backup_folder
    place = nearest(folder)
    free, size = room(place)
    says = f"{free / 1e9:,.1f} of {size / 1e9:,.1f} GB are free where {folder} lies."
    if not place.is_dir():
        yield fail("backup disk", f"{folder} cannot be made: {place} is no folder.", "Name another in TODO_BACKUP_DIR.")
    elif os.statvfs(place).f_flag & os.ST_RDONLY:
        mend = "Mount it for writing (mount -o remount,rw), or name another in TODO_BACKUP_DIR."
        yield fail("backup disk", f"{folder} lies on a disk that can only be read.", mend)
    elif not os.access(place, os.W_OK | os.X_OK):
        mend = "Give it to whoever runs the server (chown), or name another in TODO_BACKUP_DIR."
        yield fail("backup disk", f"{place} cannot be written by this account.", mend)
    elif place.stat().st_dev == nearest(settings.data_dir).stat().st_dev:
        yield ok("backup disk", f"{folder} can be written; it shares the disk of the data directory.")
    elif _is_little(free, size):
        mend = "Free some space, or lower TODO_BACKUP_BUDGET_MB: no backup is made without room."
        yield warn("backup disk", says, mend)
    else:
        yield ok("backup disk", says)


def _is_little(free: int, size: int) -> bool:
    return free < LITTLE_BYTES or free < LITTLE_SHARE * size


def backups(settings: Settings) -> Iterator[Finding]:
    """Whether there is one that was found good, and is not old."""
    history = read_history(settings.backup_folder)
    if history.verified_at is None:
        known = settings.backup_dir or settings.backup_folder
        mend = MAKE_ONE + ". `serve` makes one a day while TODO_BACKUPS is on."
        yield warn("backups", f"No verified backup in {known} is known here.", mend)
        return
    hours = (time.time() - history.verified_at) / 3600
    says = f"The newest verified backup is {hours:,.1f} hours old."
    if hours > BACKUP_HOURS:
        yield warn("backups", says, f"{MAKE_ONE}, and find out why there was none: one a day is the least.")
    else:
        yield ok("backups", says)
    if history.drill is not None and not history.drill.passed:
        yield warn(
            "drills",
            f"The last drill ({history.drill.kind}) failed.",
            f"Run `todo-server backup drill --kind {history.drill.kind}` and read what it says.",
        )


def port(host: str, number: int) -> Iterator[Finding]:
    """Whether a server of ours answers there, or could."""
    where = f"{host}:{number}"
    try:
        with socket.create_connection((host, number), timeout=3) as link:
            link.settimeout(3)
            link.sendall(f"GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = b""
            while piece := link.recv(4096):
                answer += piece
                if len(answer) > 65536:
                    break
    except ConnectionRefusedError:
        yield ok("port", f"{where} is free: no server runs there.")
    except (OSError, UnicodeError) as error:
        yield warn("port", f"{where} does not answer as it should ({error}).", "See what holds it: ss -ltnp")
    else:
        if b'{"status":"ok"}' in answer:
            yield ok("port", f"A server answers on {where}.")
        else:
            yield warn("port", f"{where} is held by something else.", "Stop that, or choose another --port.")
