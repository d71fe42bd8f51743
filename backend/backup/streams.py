"""From the rows of a table to a file and back: zstd, then age where there is a key, in pieces.

A file written is counted and hashed on the way; a file read is never unpacked beyond what its manifest says.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import pyrage
import zstandard

from backup.errors import BackupError, Damaged

LEVEL = 3
_PIECE = 1 << 18


class Writable(Protocol):
    def write(self, data: bytes, /) -> int: ...


class Counted:
    """A file that is written: its size in bytes and its SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self.bytes += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


class Packer:
    """Takes what COPY gives."""

    def __init__(self, below: Writable) -> None:
        self._below = below
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compressobj()
        self.raw_bytes = 0

    def write(self, data: bytes) -> None:
        self.raw_bytes += len(data)
        self._below.write(self._compressor.compress(data))

    def finish(self) -> None:
        self._below.write(self._compressor.flush())


@contextlib.contextmanager
def packing(path: Path, recipients: Sequence[str]) -> Iterator[tuple[Packer, Counted]]:
    """Writes `path` for these public keys of age; for nobody in particular where there are none."""
    keys = [recipient(text) for text in recipients]
    with path.open("xb") as file:
        path.chmod(0o600)
        counted = Counted(file)
        with _encrypted(counted, keys) if keys else contextlib.nullcontext(counted) as below:
            packer = Packer(below)
            yield packer, counted
            packer.finish()


@contextlib.contextmanager
def _encrypted(below: Counted, keys: list[Any]) -> Iterator[Writable]:
    """age reads from one file and writes to another: so a thread of its own does, and a pipe leads there."""
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


def unpacked(path: Path, identities: Sequence[Any], limit: int) -> Iterator[bytes]:
    """The rows in `path`, in pieces, of which there may be `limit` bytes. Raises `Damaged`."""
    seen = 0
    with (
        path.open("rb") as file,
        _decrypted(file, identities) if identities else contextlib.nullcontext(file) as source,
    ):
        try:
            with zstandard.ZstdDecompressor().stream_reader(source, read_size=_PIECE) as reader:
                while piece := reader.read(_PIECE):
                    seen += len(piece)
                    if seen > limit:
                        raise Damaged(f"{path.name} unpacks to more than its manifest says.")
                    yield piece
        except zstandard.ZstdError as error:
            raise Damaged(f"{path.name} cannot be unpacked ({error}).") from None
    if seen != limit:
        raise Damaged(f"{path.name} unpacks to {seen} bytes instead of {limit}.")


@contextlib.contextmanager
def _decrypted(file: IO[bytes], identities: Sequence[Any]) -> Iterator[IO[bytes]]:
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
