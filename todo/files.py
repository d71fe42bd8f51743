"""Files that are whole at any moment: replaced in one step, by one program at a time."""

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from todo.errors import StorageError

PATIENCE = 30.0
"""Seconds to wait for another program that holds the lock."""

_PAUSE = 0.005
_PRIVATE = 0o600


def read_whole(path: Path) -> bytes | None:
    """The bytes of a regular file; None where there is none. Raises `StorageError`."""
    try:
        _require_regular(path, path.stat())
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.") from error


def no_folder(path: Path) -> str:
    """The sentence for a file whose folder is not there."""
    return f"There is no folder {path.parent}: make it, or choose another place for {path.name}."


def identity(path: Path) -> list[int] | None:
    """What tells one version of a file from the next: inode, time and size. None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_ino, found.st_mtime_ns, found.st_size]


def replace_whole(path: Path, data: bytes) -> None:
    """Write the file anew, all or nothing, with the mode and owner that it has; a new one is its owner's alone (0600).

    The caller holds the lock. Raises `StorageError`; the file is then as before.
    """
    temporary = path.with_name(f"{path.name}.tmp")
    found = _stat(path)
    if found and not os.access(path, os.W_OK):
        # Renaming would do it all the same, but whoever took the right to write meant it.
        raise StorageError(f"{path} cannot be written: it is read-only. It is as before.")
    try:
        temporary.unlink(missing_ok=True)
        try:
            _write_to_disk(temporary, data, found)
            temporary.replace(path)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StorageError(no_folder(path)) from error
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}. It is as before.") from error
    _sync_folder(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file: `flock` on the file beside it that ends in `.lock`, which has the same readers.

    Raises `StorageError`, after `PATIENCE` at the latest.
    """
    found = _stat(path)
    if found:
        _require_regular(path, found)
    lock = path.with_name(f"{path.name}.lock")
    mode = stat.S_IMODE(found.st_mode) if found else _PRIVATE
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StorageError(no_folder(path)) from error
    except OSError as error:
        raise StorageError(f"{path} cannot be locked: {lock}: {error.strerror}. It is as before.") from error
    try:
        _wait_for(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, path: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise StorageError(f"{path} is in use by another program: try again.") from error
        except OSError as error:
            raise StorageError(f"{path} cannot be locked: {error.strerror}. It is as before.") from error
        time.sleep(_PAUSE)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _require_regular(path: Path, found: os.stat_result) -> None:
    # Opening a pipe waits for ever, and replacing a device breaks the machine.
    if not stat.S_ISREG(found.st_mode):
        raise StorageError(f"{path} is no regular file.")


def _write_to_disk(path: Path, data: bytes, like: os.stat_result | None) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor has no path
        file.write(data)
        file.flush()
        if like:
            # Only root may give a file away; anybody else keeps what can be kept.
            with suppress(PermissionError):
                os.fchown(descriptor, like.st_uid, like.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
        os.fsync(descriptor)


def _sync_folder(path: Path) -> None:
    # The new file is in place already: where a folder cannot be synced, saying that nothing changed would be wrong.
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
