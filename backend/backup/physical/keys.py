"""Who can read physical backups and the log, and by whom they were made: age for the first, Ed25519 for the second."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyrage

from backup.age import recipient
from backup.errors import Damaged
from backup.signature import Signer, is_signed, own_public_key

_SIGNATURE = 86
"""Letters of a signature."""


@dataclass(frozen=True)
class Keys:
    """`recipients` are public keys of age, `identities` private ones, `trusted` the keys of those who may have signed.

    `data_dir` holds the key that signs here. Without recipients nothing is encrypted or signed.
    """

    data_dir: Path | None = None
    recipients: tuple[str, ...] = ()
    identities: tuple[Any, ...] = ()
    trusted: tuple[str, ...] = ()

    @property
    def wanted(self) -> bool:
        """Whether only what is encrypted and signed is good."""
        return bool(self.recipients or self.identities)

    @cached_property
    def signer(self) -> Signer:
        assert self.data_dir is not None  # noqa: S101 - it is given wherever there are recipients
        return Signer(self.data_dir)

    @cached_property
    def _recipients(self) -> Sequence[Any]:
        return [recipient(text) for text in self.recipients]

    def knows(self, signer: str) -> bool:
        """Whether this key's owner is trusted: those that were named, and this data directory."""
        own = own_public_key(self.data_dir) if self.data_dir else None
        return signer in self.trusted or signer == own

    def sealed(self, name: str, content: bytes) -> bytes:
        """A piece of the log for the file `name`, signed together with that name, and then encrypted."""
        signature = self.signer.sign(_named(name, content))
        sealed: bytes = pyrage.encrypt(f"{signature}{self.signer.public}\n".encode() + content, self._recipients)
        return sealed

    def opened(self, name: str, content: bytes) -> bytes:
        """What was sealed. Raises `Damaged`."""
        try:
            opened: bytes = pyrage.decrypt(content, list(self.identities))
        except pyrage.DecryptError as error:
            raise Damaged(f"it cannot be decrypted: {error}") from None
        head, _, inside = opened.partition(b"\n")
        signature, signer = head[:_SIGNATURE].decode(errors="replace"), head[_SIGNATURE:].decode(errors="replace")
        if not (self.knows(signer) and is_signed(_named(name, inside), signature, signer)):
            raise Damaged("it is not signed by a key that is trusted")
        return inside

    def encrypt(self, source: Path, target: Path) -> None:
        """One file into a new one, in pieces. Raises `OSError`."""
        with source.open("rb") as reading, target.open("xb") as writing:
            pyrage.encrypt_io(reading, writing, self._recipients)

    def opens(self, path: Path) -> bool:
        """Whether one of the private keys is right for a file. Raises `Damaged` where it is none of age."""
        with path.open("rb") as file:
            try:
                pyrage.decrypt_io(file, _Enough(), list(self.identities))
            except EOFError:
                return True
            except pyrage.DecryptError as error:
                if "No matching keys" in str(error):
                    return False
                raise Damaged(f"{path} cannot be decrypted: {error}.") from None
            except OSError as error:
                if error.errno is not None:  # else it is age's own word for a piece that was changed
                    raise
        return True


class _Enough:
    """Takes no piece."""

    def write(self, _: bytes) -> int:
        raise EOFError

    def flush(self) -> None:
        """Nothing was taken."""


NO_KEYS = Keys()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _named(name: str, content: bytes) -> bytes:
    return name.encode() + b"\0" + content
