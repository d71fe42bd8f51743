"""What only its owner may read: backups and log hold everybody's titles and the hashes of passwords."""

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

_OTHERS = 0o077


def make_own(folder: Path) -> None:
    """A folder that only its owner can enter, also where it was open before; those above that are missing, too. Raises
    `OSError`."""
    # Not by `parents`: those would be open to others.
    for missing in (*reversed([each for each in folder.parents if not each.exists()]), folder):
        missing.mkdir(mode=0o700, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) & _OTHERS:
        folder.chmod(0o700)


def close(folders: Iterable[Path]) -> None:
    """What an earlier version left open in these folders of ours, and the folders themselves. Raises `OSError`."""
    for top in folders:
        for parent, _, names in os.walk(top):
            make_own(Path(parent))
            for path in (Path(parent, name) for name in names):
                with contextlib.suppress(FileNotFoundError):
                    if stat.S_IMODE(path.lstat().st_mode) & _OTHERS and not path.is_symlink():
                        path.chmod(0o600)
