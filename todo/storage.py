"""The console app's file of tasks: a JSON array, read whole and written whole."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from todo import files, json_text
from todo.errors import ChangedMeanwhile, StorageError
from todo.json_text import Element


class TaskFile:
    """One file of tasks. A symbolic link is followed: what is read, locked and replaced is its target."""

    def __init__(self, path: Path) -> None:
        try:
            self.path = path.expanduser().resolve()
        except (OSError, RuntimeError) as error:
            raise StorageError(f"{path} leads nowhere: {error}.") from error
        self._version: list[int] | None = None

    @property
    def version(self) -> list[int] | None:
        """What tells the version last read from any later one; None where there was no file."""
        return self._version

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other console out, from reading to writing."""
        with files.locked(self.path):
            yield

    def read(self) -> list[Element]:
        """The elements of the array; none where there is no file. Raises `StorageError` for anything else."""
        self._version = files.identity(self.path)
        data = files.read_whole(self.path)
        if data is None:
            return []
        try:
            return json_text.read_array(json_text.decode(data))
        except StorageError as error:
            raise StorageError(f"{self.path} is left as it is. {error}") from error

    def write(self, texts: Sequence[str]) -> None:
        """Replace the array, under the lock. Each text is an element as the file is to spell it.

        Raises `StorageError`, and `ChangedMeanwhile` when a program that knows no lock wrote since `read`; nothing is
        written then.
        """
        if files.identity(self.path) != self._version:
            raise ChangedMeanwhile(f"{self.path} was changed by another program just now: try again.")
        files.replace_whole(self.path, json_text.encode(json_text.write_array(texts)))
