"""A place that is a bucket of S3 or of anything that speaks as S3 does. Its keys come from AWS_* in the environment.

A backup is there when its manifest is, which goes up last. Files are read and written through a folder of this machine.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from backup.errors import BackupError
from backup.folder import Folder
from backup.manifest import NAME
from backup.place import is_id, made_at

_EVENTS = "history"
_PREFIX = "on-its-way-"
_UPLOADING = timedelta(days=1)


class Bucket:
    """`s3://BUCKET/PREFIX`; `beside` is a folder for what is on its way."""

    def __init__(self, url: str, beside: Path) -> None:
        self._url = url.rstrip("/")
        self._beside = beside
        http = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
        with self._told():
            self._store = S3Store.from_url(self._url, client_options={"allow_http": http})

    def __str__(self) -> str:
        return self._url

    def ids(self, kind: str) -> list[str]:
        paths = [path.split("/") for path in self._paths(f"{kind}/")]
        return sorted(path[1] for path in paths if path[2:] == [NAME] and is_id(path[1]))

    @contextlib.contextmanager
    def reading(self, kind: str, name: str, only: str | None = None) -> Iterator[Path]:
        if not is_id(name):
            raise BackupError(f"There is no backup {name} in {self}: `todo-server backup list` names those that are.")
        with self._told(), self._folder() as folder:
            paths = self._paths(f"{kind}/{name}/")
            if f"{kind}/{name}/{NAME}" not in paths:
                raise BackupError(
                    f"There is no backup {name} in {self}: `todo-server backup list` names those that are."
                )
            for path in paths:
                file = path.removeprefix(f"{kind}/{name}/")
                if only in (None, file) and "/" not in file:
                    with (folder / file).open("wb") as copy:
                        for piece in obstore.get(self._store, path):
                            copy.write(piece)
            yield folder

    @contextlib.contextmanager
    def making(self, kind: str, name: str) -> Iterator[Path]:
        with self._folder() as folder:
            yield folder
            with self._told():
                self._tidy(kind)
                for path in sorted(folder.iterdir(), key=lambda path: path.name == NAME):
                    obstore.put(self._store, f"{kind}/{name}/{path.name}", path)

    def remove(self, kind: str, name: str) -> None:
        with self._told():
            paths = self._paths(f"{kind}/{name}/")
            # The manifest first: without it there is no backup.
            for path in sorted(paths, key=lambda path: not path.endswith(f"/{NAME}")):
                obstore.delete(self._store, path)

    def _tidy(self, kind: str) -> None:
        """What killed uploads left, once nobody can be at it any more."""
        whole = self.ids(kind)
        for name in {path.split("/")[1] for path in self._paths(f"{kind}/")}:
            if is_id(name) and name not in whole and datetime.now(UTC) - made_at(name) > _UPLOADING:
                self.remove(kind, name)

    def append(self, line: bytes) -> None:
        """Also into the folder `beside`: the server reads it there, who has no keys of the bucket."""
        with self._told():
            obstore.put(self._store, f"{_EVENTS}/{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{token_hex(3)}.json", line)
        Folder(self._beside).append(line)

    def lines(self) -> list[bytes]:
        with self._told():
            return [bytes(obstore.get(self._store, path).bytes()) for path in sorted(self._paths(f"{_EVENTS}/"))]

    def free_bytes(self) -> int | None:
        self._beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self._beside).free

    def _paths(self, prefix: str) -> list[str]:
        with self._told():
            found: list[Any] = [one for page in obstore.list(self._store, prefix=prefix) for one in page]
        return [str(one["path"]) for one in found]

    @contextlib.contextmanager
    def _folder(self) -> Iterator[Path]:
        """One of this command alone; those that killed commands left are thrown away."""
        self._beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.ExitStack() as mine:
            with _locked(self._beside, wait=True):
                for left in self._beside.glob(f"{_PREFIX}*"):
                    with contextlib.suppress(BlockingIOError), _locked(left):
                        shutil.rmtree(left)
                folder = mine.enter_context(tempfile.TemporaryDirectory(prefix=_PREFIX, dir=self._beside))
                mine.enter_context(_locked(Path(folder)))
            yield Path(folder)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except BaseError as error:
            reason = str(error).strip().splitlines()[0][:300]
            if not os.environ.get("AWS_ACCESS_KEY_ID") and not os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
                reason = (
                    "there is no key for it: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_REGION, and AWS_ENDPOINT_URL"
                    " where it is not Amazon's"
                )
            raise BackupError(f"{self._url} cannot be used ({reason}).") from None


@contextlib.contextmanager
def _locked(folder: Path, *, wait: bool = False) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)
