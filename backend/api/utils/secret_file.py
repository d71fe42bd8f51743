"""A secret that is made once and kept in a file that only its owner can read.

Two processes that start at the same time agree on one value, and a crash leaves either no file or a whole one.
"""

import fcntl
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

MINIMUM_BYTES = 32
"""What RFC 7518, section 3.2, asks of an HS256 key; the database passwords follow it."""


class SecretFileError(Exception):
    """The file cannot be used; `str(error)` is one sentence that says what to do, and never holds the secret."""


def random_secret() -> str:
    """256 random bits in letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(32)


def read_or_make(path: Path, make: Callable[[], str] = random_secret) -> str:
    """The secret in `path`; where there is no file, the one that `make` returns, stored there first.

    The file gets mode 0600; its folder is made with 0700 where it is missing, and left as it is otherwise.
    Raises `SecretFileError` where the file is too short or others can read it, or where it cannot be read or stored.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return read(path)
        except FileNotFoundError:
            return _store(path, make)
    except OSError as error:
        raise SecretFileError(f"The secret file {path} cannot be used: {error.strerror}.") from error


def read(path: Path) -> str:
    """The secret in `path`, without the line break at its end.

    Raises `SecretFileError` where it is no fit secret, and `OSError` where it cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise SecretFileError(f"The secret file {path} is not a regular file: remove it, and a new secret is made.")
        if status.st_mode & 0o077:
            raise SecretFileError(
                f"The secret file {path} is open to other users: "
                f"run `chmod 600 {path}`, or remove it if they may have seen it."
            )
        content = file.read().removesuffix(b"\n")
    if len(content) < MINIMUM_BYTES:
        raise SecretFileError(
            f"The secret in {path} is too short ({len(content)} bytes, at least {MINIMUM_BYTES} are needed): "
            "put the right one back from a backup."
        )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise SecretFileError(f"The secret in {path} is not a text: put the right one back from a backup.") from error


def _store(path: Path, make: Callable[[], str]) -> str:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # The lock goes with the process, so the name of the unfinished file can be a fixed one: a crash leaves at most
        # that, and the next process writes over it.
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_name(path.name + ".new")
            unfinished.unlink(missing_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(make() + "\n")
                file.flush()
                os.fsync(descriptor)
            unfinished.rename(path)
            os.fsync(folder)
        return read(path)
    finally:
        os.close(folder)
