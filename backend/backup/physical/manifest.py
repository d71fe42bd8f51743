"""What a physical backup says of itself: `manifest.json` in its folder."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from api.database.embedded.configuration import sync_folder
from backup.errors import Damaged
from backup.manifest import canonical
from backup.signature import Signer, is_signed

NAME = "manifest.json"
_BESIDE = ("verified_at", "decrypted_at", "signed_by")


class Table(BaseModel):
    """The rows of a table, and a number that depends on all of them but not on their order."""

    model_config = ConfigDict(frozen=True)

    rows: int
    fingerprint: str


class Manifest(BaseModel):
    """`mark` is the restore point, a moment after the backup's end, at which `tables` were what they say.

    The segments of the log are those in which the backup and the mark end. `bytes` is what the backup takes, packed,
    `cluster_bytes` what the cluster takes that it becomes, `files` has the SHA-256 of each of them. One for `recipients` is
    encrypted; all but those of earlier versions are signed. `verified_at`, `decrypted_at` and `signed_by` are beside what
    is signed: `decrypted_at` tells that it was verified out of the encrypted files, and not only before they were made.
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
    recipients: tuple[str, ...] = ()
    files: dict[str, str] = {}
    verified_at: datetime | None = None
    decrypted_at: datetime | None = None
    signed_by: str | None = None

    @property
    def full(self) -> bool:
        return self.parent is None


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in `folder`, if it holds a whole one. Raises `Damaged` where it is not the one that was signed there."""
    try:
        found = orjson.loads((folder / NAME).read_bytes())
        signed = found.get("manifest")
        manifest = Manifest.model_validate({**signed, **{name: found[name] for name in _BESIDE}} if signed else found)
        as_signed = signed is None or is_signed(canonical(signed), found["signature"], found["signed_by"])
    except OSError:
        return None
    except (orjson.JSONDecodeError, ValidationError, AttributeError, KeyError, TypeError):
        return None
    if not as_signed:
        raise Damaged(f"The manifest of {folder.name} is not as it was signed: this backup must not be restored.")
    if manifest.id != folder.name.removesuffix(".new"):
        raise Damaged(f"What lies as {folder.name} is the backup {manifest.id}: it was moved or replaced.")
    return manifest


def sign_manifest(folder: Path, manifest: Manifest, signer: Signer) -> Manifest:
    """Write a manifest, signed; that manifest, and by whom it is signed."""
    body = manifest.model_dump(mode="json", exclude=set(_BESIDE))
    signed = manifest.model_copy(update={"signed_by": signer.public})
    beside = signed.model_dump(mode="json", include=set(_BESIDE))
    write_json(folder / NAME, {"manifest": body, "signature": signer.sign(canonical(body)), **beside})
    return signed


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Of one that is signed, only what is beside that."""
    content = manifest.model_dump(mode="json")
    if manifest.signed_by is not None:
        content = orjson.loads((folder / NAME).read_bytes()) | {name: content[name] for name in _BESIDE}
    write_json(folder / NAME, content)


def write_json(path: Path, content: Any) -> None:
    """Whole or not at all, also after a power failure."""
    unfinished = path.with_name(path.name + ".new")
    with unfinished.open("wb") as file:
        file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    sync_folder(path.parent)
