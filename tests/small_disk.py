"""A disk that is soon full."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from durability.faults.disk import CannotMount, mounted


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """One of so many bytes at `folder`, which is made. Skips the test where nothing can be mounted."""
    folder.mkdir()
    with contextlib.ExitStack() as after:
        try:
            after.enter_context(mounted(folder, size))
        except CannotMount as error:
            pytest.skip(str(error))
        yield folder
