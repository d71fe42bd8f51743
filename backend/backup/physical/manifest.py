"""What a physical backup says of itself: `manifest.json` in its folder."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from api.database.embedded.configuration import sync_folder

NAME = "manifest.json"


class Table(BaseModel):
    """The rows of a table, and a number that depends on all of them but not on their order."""

    model_config = ConfigDict(frozen=True)

    rows: int
    fingerprint: str


class Manifest(BaseModel):
    """`mark` is the restore point, a moment after the backup's end, at which `tables` were what they say.

    The segments of the log are those in which the backup and the mark end. `bytes` is what the backup takes, packed,
    `cluster_bytes` what the cluster takes that it becomes.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    parent: str | None
    system: str
    timeline: int
    stop_segment: str
    mark_segment: str
    started_at: datetime
    finished_at: datetime
    mark: str
    tables: dict[str, Table]
    server_version: int
    app_version: str
    bytes: int
    cluster_bytes: int
    verified_at: datetime | None = None

    @property
    def full(self) -> bool:
        return self.parent is None


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in `folder`, if it holds a whole one."""
    try:
        return Manifest.model_validate_json((folder / NAME).read_bytes())
    except (OSError, ValidationError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    write_json(folder / NAME, manifest.model_dump(mode="json"))


def write_json(path: Path, content: Any) -> None:
    """Whole or not at all, also after a power failure."""
    unfinished = path.with_name(path.name + ".new")
    with unfinished.open("wb") as file:
        file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    sync_folder(path.parent)
