"""What a backup says about itself: `manifest.json`, written last, signed."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backup.errors import Damaged
from backup.signature import Signer, is_signed

NAME = "manifest.json"
FORMAT = 1
"""Of the files and of this one. A backup of a later format is refused."""
_LARGEST = 1 << 20
_FILE_NAME = r"^[a-z_]+\.copy\.zst(\.age)?$"


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TableCopy(_Exact):
    """One table: COPY's text format, compressed by zstd, perhaps encrypted by age."""

    table: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    columns: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z_]+$")], ...], Field(strict=False)]
    rows: Annotated[int, Field(ge=0)]
    fingerprint: str
    """Sum of the 64-bit hashes of all rows: equal for equal rows in any order (`fingerprints.py`)."""
    file: Annotated[str, Field(pattern=_FILE_NAME)]
    sha256: str
    """Of the file as it lies there."""
    bytes: Annotated[int, Field(ge=0)]
    raw_bytes: Annotated[int, Field(ge=0)]
    """Before compression: more than this is never unpacked."""


class Manifest(_Exact):
    """Everything that is needed to restore a backup and to see that it is whole."""

    format: int
    id: str
    created_at: Annotated[datetime, Field(strict=False)]
    app_version: str
    schema_revision: str
    server_version: int
    """As PostgreSQL numbers itself: 180006 is 18.6."""
    database: str
    """Name and host, never a password."""
    snapshot: str
    """`pg_current_snapshot()`: what the backup sees."""
    encrypted: bool
    recipients: Annotated[tuple[str, ...], Field(strict=False)]
    tables: Annotated[tuple[TableCopy, ...], Field(strict=False)]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        return sum(table.bytes for table in self.tables)

    @property
    def raw_bytes(self) -> int:
        return sum(table.raw_bytes for table in self.tables)

    @classmethod
    def read(cls, folder: Path, name: str) -> tuple[Self, str]:
        """The manifest of the backup `name`, and the key that signed it. Raises `Damaged`."""
        try:
            with (folder / NAME).open("rb") as file:
                content = file.read(_LARGEST)
            signed = orjson.loads(content)
            body, key, signature = signed["manifest"], signed["signed_by"], signed["signature"]
            if not is_signed(canonical(body), signature, key):
                raise Damaged(f"The manifest of {name} is not as it was signed: this backup must not be restored.")
            if body.get("format") != FORMAT:
                raise Damaged(
                    f"The backup {name} has format {body.get('format')}, and this version knows {FORMAT}:"
                    " use the todo-server that made it, or a newer one."
                )
            manifest = cls.model_validate(body)
        except FileNotFoundError:
            raise Damaged(f"The backup {name} has no manifest: it is not whole.") from None
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValidationError):
            raise Damaged(f"The manifest of {name} cannot be read: this backup must not be restored.") from None
        if manifest.id != name:
            raise Damaged(f"What lies as {name} is the backup {manifest.id}: it was moved or replaced.")
        return manifest, key

    def write(self, folder: Path, signer: Signer) -> None:
        body = orjson.loads(self.model_dump_json())
        signed = {"manifest": body, "signed_by": signer.public, "signature": signer.sign(canonical(body))}
        (folder / NAME).write_bytes(orjson.dumps(signed, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def digest_of(folder: Path) -> str:
    """The SHA-256 of the manifest as it lies there: by it the history knows a backup again."""
    return hashlib.sha256((folder / NAME).read_bytes()).hexdigest()


def canonical(body: object) -> bytes:
    """What of a manifest is signed."""
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
