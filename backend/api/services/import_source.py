"""The records of a large file, kept as the bytes of their texts: a fifth of what their values would take."""

import re
from json import dumps
from pathlib import Path

from todo import files, json_text
from todo.errors import StorageError
from todo.json_text import Element

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


class FileRecords:
    """The elements of a file's array. Each is read anew when it is asked for."""

    def __init__(self, texts: list[bytes]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, place: int) -> Element:
        text = self._texts[place].decode()
        return Element(json_text.read_value(text), text)


def read_file(path: Path) -> FileRecords:
    """The records of a JSON file, which is only read. Raises `StorageError`: one sentence, with the place."""
    data = files.read_whole(path)
    if data is None:
        raise StorageError(f"There is no file {path}.")
    try:
        text = json_text.decode(data)
        del data
        return FileRecords([element.text.encode() for element in json_text.each_element(text)])
    except StorageError as error:
        raise StorageError(f"{path} is left as it is, and nothing was imported. {error}") from error


def ascii_text(text: str) -> str:
    """The same JSON text in ASCII: only within strings can there be anything else, and there it has an escape."""
    return text if text.isascii() else _BEYOND_ASCII.sub(lambda found: dumps(found[0])[1:-1], text)
