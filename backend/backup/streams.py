"""From the rows of a table to a file and back: zstd, then age where there is a key, in pieces.

A file written is counted and hashed on the way; a file read is never unpacked beyond what its manifest says.
"""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import zstandard

from backup.age import Writable, decrypted, encrypted, recipient
from backup.errors import Damaged

LEVEL = 3
_PIECE = 1 << 18


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
        with encrypted(counted, keys) if keys else contextlib.nullcontext(counted) as below:
            packer = Packer(below)
            yield packer, counted
            packer.finish()


def unpacked(path: Path, identities: Sequence[Any], limit: int) -> Iterator[bytes]:
    """The rows in `path`, in pieces, of which there may be `limit` bytes. Raises `Damaged`."""
    seen = 0
    with (
        path.open("rb") as file,
        decrypted(file, identities) if identities else contextlib.nullcontext(file) as source,
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
