"""Who made a backup: an Ed25519 signature over its manifest, and so over the sums of all its files.

Sums alone find what decayed. Whoever can write to the place could change a backup and its sums together, and encryption does
not stop them, since the public key is no secret; they cannot sign.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.utils.secret_file import read, read_or_make


class Signer:
    """The key of one data directory, made at the first backup and kept among its secrets."""

    def __init__(self, data_dir: Path) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(_bytes(read_or_make(_file(data_dir))))

    @property
    def public(self) -> str:
        """The key by which its backups are known: 43 letters, digits, `-` and `_`."""
        return _text(self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, message: bytes) -> str:
        return _text(self._key.sign(message))


def own_public_key(data_dir: Path) -> str | None:
    """The key by which the backups of a data directory are known, where it has made any."""
    try:
        read(_file(data_dir))
    except FileNotFoundError:
        return None
    return Signer(data_dir).public


def is_signed(message: bytes, signature: str, public: str) -> bool:
    """Whether the holder of the key `public` signed it."""
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(public)).verify(_bytes(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _file(data_dir: Path) -> Path:
    return data_dir / "secrets" / "backup_key"


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))
