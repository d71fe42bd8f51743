"""Encryption by age, in pieces: it reads from one file and writes to another, so a thread of its own does, behind a pipe."""

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import pyrage

from backup.errors import BackupError, Damaged

_PIECE = 1 << 18


class Writable(Protocol):
    def write(self, data: bytes, /) -> int: ...


@contextlib.contextmanager
def encrypted(below: Writable, keys: list[Any]) -> Iterator[Writable]:
    """A file to write to; what is written goes encrypted to `below`."""
    out, into = os.pipe()
    failed: list[BaseException] = []

    def work() -> None:
        with os.fdopen(out, "rb") as reading:
            try:
                pyrage.encrypt_io(reading, below, keys)
            except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
                failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        with os.fdopen(into, "wb", buffering=_PIECE) as writing:
            yield writing
    except BrokenPipeError:
        thread.join()
        raise _cause(failed) from None
    finally:
        thread.join()
    if failed:
        raise _cause(failed)


@contextlib.contextmanager
def decrypted(file: IO[bytes], identities: Sequence[Any]) -> Iterator[IO[bytes]]:
    """A file to read from: what stands in `file`, decrypted. Raises `Damaged`."""
    out, into = os.pipe()
    failed: list[BaseException] = []

    def work() -> None:
        with contextlib.suppress(BrokenPipeError), os.fdopen(into, "wb", buffering=_PIECE) as writing:
            try:
                pyrage.decrypt_io(file, writing, list(identities))
            except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that reads
                failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        with os.fdopen(out, "rb") as reading:
            yield reading
    except Damaged:
        thread.join()
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise _cause(failed) from None
        raise
    finally:
        thread.join()
    if failed:
        raise _cause(failed)


def _cause(failed: list[BaseException]) -> BaseException:
    error = failed[0] if failed else BrokenPipeError("age has ended")
    if isinstance(error, pyrage.DecryptError):
        return Damaged(f"The backup cannot be decrypted ({error}): is it the right --identity?")
    if isinstance(error, OSError) and error.errno is None:  # age's own word for a piece that was changed
        return Damaged(f"The backup cannot be decrypted ({error}): it is damaged.")
    return error


def recipient(text: str) -> Any:
    """A public key of age. Raises `BackupError`."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise BackupError(
            f"{text!r} is no public key of age: it should begin with age1 (`age-keygen` makes one)."
        ) from None


def identities_of(path: Path | None) -> list[Any]:
    """The private keys in a file as `age-keygen` writes it. Raises `BackupError`; the key is in no message."""
    if path is None:
        return []
    lines = [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    try:
        found = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        raise BackupError(
            f"{path} holds no private keys of age: each line should begin with AGE-SECRET-KEY-1."
        ) from None
    if not found:
        raise BackupError(f"{path} holds no private key of age.")
    return found
