"""PostgreSQL's own programs, run on the cluster in a data directory."""

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from api.database.embedded import binaries
from api.database.embedded.cluster import ENVIRONMENT
from api.database.embedded.place import Place
from api.utils import secret_file
from backup.errors import BackupError, Damaged


def connecting(place: Place) -> dict[str, str]:
    """The environment by which they reach the cluster of `place` as its superuser."""
    return {
        **ENVIRONMENT,
        "PGHOST": str(place.socket),
        "PGPORT": "5432",
        "PGUSER": "postgres",
        "PGPASSWORD": secret_file.read(place.superuser_password),
    }


def command(program: str, *arguments: str | Path) -> list[str]:
    return [str(binaries.directory() / program), *(str(argument) for argument in arguments)]


def run(
    what: Sequence[str], doing: str, environment: Mapping[str, str] = ENVIRONMENT, source: IO[bytes] | None = None
) -> None:
    """Run a program to its end; it reads from `source`. Raises `Damaged` with its last words: "`doing` failed: ..."."""
    done = subprocess.run(
        what,
        env=dict(environment),
        stdin=source or subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise Damaged(f"{doing} failed: {last_words(done.stderr)}")


def last_words(output: bytes) -> str:
    """The line that says why: the first error, else the last line."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    serious = [line for line in lines if any(word in line for word in ("error:", "FATAL:", ": Cannot "))]
    return (serious[:1] or lines[-1:] or ["it did not say why"])[0]


@contextlib.contextmanager
def in_a_sentence(doing: str) -> Iterator[None]:
    """Raises `BackupError` for what a disk refuses: "`doing` failed: No space left on device"."""
    try:
        yield
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        raise BackupError(f"{doing} failed: {error.strerror or error}{where}") from error
