"""`FILE.rejected.json`: the records that stayed out, whole, beside the file they came from.

Its new content lies on the disk, complete, before anything is imported, and gets its name after the commit. A crash between
the two leaves a file without its rejects; the next run finds all records there and writes the same rejects again.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from api.services.import_accounts import ImportRefused
from api.services.import_source import ascii_text
from api.services.import_survey import Records, Survey
from todo import files


def rejects_path(path: Path) -> Path:
    """Where the rejects of a file go."""
    return path.with_name(f"{path.name}.rejected.json")


def render(records: Records, survey: Survey) -> bytes:
    """The array of `{position, reason, record}`, in ASCII: a record may hold what UTF-8 cannot. Empty for none."""
    lines = (
        f'  {{"position": {rejection.position}, "reason": {json.dumps(rejection.reason)},'
        f' "record": {ascii_text(records[rejection.position - 1].text)}}}'
        for rejection in survey.rejected
    )
    inner = ",\n".join(lines)
    return f"[\n{inner}\n]\n".encode() if inner else b""


@contextlib.contextmanager
def prepared(path: Path, content: bytes, *, keep: bool) -> Iterator[Callable[[], bool]]:
    """Puts the content on the disk under another name, and yields what gives it the name `path`.

    That returns whether `path` has the content now: not where there is none, nor where `keep` says not to write it.
    Raises `ImportRefused` where `path` has other content already, and `OSError` where it cannot be written.
    """
    if not content or _is_there(path, content) or not keep:
        yield lambda: bool(content) and keep
        return
    # Named by its content: what a killed run left is used by the next, and two runs at once write the same bytes.
    unfinished = path.with_name(f".{path.name}.{hashlib.sha256(content).hexdigest()[:16]}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        yield lambda: _name(unfinished, path, content)
    finally:
        unfinished.unlink(missing_ok=True)


def _is_there(path: Path, content: bytes) -> bool:
    found = files.read_whole(path)
    if found is not None and found != content:
        raise ImportRefused(
            f"Nothing was imported. {path} holds other rejected records already: move it away, then import again."
        )
    return found is not None


def _name(unfinished: Path, path: Path, content: bytes) -> bool:
    if not _is_there(path, content):
        unfinished.rename(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return True
