"""The keys of a drill: the private one is the operator's, and its servers only know for whom they encrypt."""

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import pyrage

from backup.age import identities_of
from backup.signature import own_public_key

_AGE = b"age-encryption.org/v1"
_PLAIN = {"manifest.json", "backup_manifest", ".lock"}
"""Names of files and tables, numbers of rows, sums."""


@dataclass
class Keyring:
    """`file` holds age's private key; `signers` are the keys by which the backups of lost data directories are known."""

    file: Path
    signers: list[str] = field(default_factory=list)

    @property
    def recipients(self) -> str:
        """As `TODO_BACKUP_RECIPIENTS` has them. Raises `BackupError`."""
        return " ".join(str(identity.to_public()) for identity in identities_of(self.file))

    def note_signer(self, data_dir: Path) -> None:
        """As an operator notes it, somewhere else than the backups."""
        key = own_public_key(data_dir)
        if key is not None and key not in self.signers:
            self.signers.append(key)

    @property
    def options(self) -> list[str]:
        """What a restore needs."""
        return ["--identity", str(self.file), *(word for key in self.signers for word in ("--signed-by", key))]


def new_keyring(folder: Path) -> Keyring:
    """With a private key of its own, in a file that only its owner can read."""
    file = folder / "identity.txt"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as writing:
        writing.write(f"{pyrage.x25519.Identity.generate()}\n")
    return Keyring(file)


def in_the_clear(root: Path) -> list[Path]:
    """The files of a place of backups that hold people's data and are not encrypted."""
    found = []
    for path in root.rglob("*"):
        # What vanishes meanwhile, or is not finished, counts nothing.
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.name not in _PLAIN and path.suffix not in {".history", ".jsonl", ".new"}:
                with path.open("rb") as file:
                    found += [path] if file.read(len(_AGE)) != _AGE else []
    return found
