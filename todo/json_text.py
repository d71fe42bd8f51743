"""JSON read together with its own text, so that what nobody changes can be written back to the letter.

Values alone would lose spellings: `1.10`, `1e400`, a key given twice, an escaped lone surrogate.
"""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

from todo.errors import StorageError

_LONGEST_INTEGER = 4000
"""Digits. Python refuses to convert more than 4,300 in one go; a longer number is read as a float."""

_SPACE = re.compile(r"[ \t\n\r]*")
_COMMA = re.compile(r"[ \t\n\r]*,[ \t\n\r]*")
_CONSTANT = r'(?s)"(?:[^"\\]|\\.)*"|(?P<constant>NaN|-?Infinity)'


class _ConstantError(ValueError):
    """NaN or an infinity, which JSON does not have."""


def _refuse(constant: str) -> object:
    raise _ConstantError(constant)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


_decoder = json.JSONDecoder(parse_constant=_refuse, parse_int=_integer)


class Element(NamedTuple):
    """One value of an array or object, and how the file spells it."""

    value: object
    text: str


def decode(data: bytes) -> str:
    """The text of UTF-8 bytes, without a byte order mark. Raises `StorageError`, which says where."""
    data = data.removeprefix(BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        raise StorageError(f"It is not UTF-8 text at {_place(before, len(before))}.") from error


def read_array(text: str) -> list[Element]:
    """The elements of a JSON array. Raises `StorageError`, which says where, for any other text."""
    return list(each_element(text))


def each_element(text: str) -> Iterator[Element]:
    """The same one by one, for whoever cannot hold them all. What is wrong further on is raised when it is reached."""
    position = _skip(text, 0)
    if position == len(text):
        raise StorageError(f"It is empty: a JSON array was expected at {_place(text, 0)}.")
    if text[position] != "[":
        _scan(text, position)
        raise StorageError(f"It is not a JSON array: there is something else at {_place(text, position)}.")
    position = _skip(text, position + 1)
    if text[position : position + 1] == "]":
        position += 1
    else:
        position = yield from _items(text, position)
        position = _expect(text, position, "]")
    position = _skip(text, position)
    if position != len(text):
        raise StorageError(f"Something follows the JSON array at {_place(text, position)}.")


def read_value(text: str) -> object:
    """The value of a text that was read as an element before."""
    return _scan(text, 0)[0]


def read_members(text: str) -> list[tuple[str, str]]:
    """The members of a JSON object that was read before: each key and the text of its value, in order."""
    members: list[tuple[str, str]] = []
    position = _skip(text, 1)
    while text[position] != "}":
        key, position = _decoder.raw_decode(text, position)
        start = _skip(text, _skip(text, position) + 1)
        _, end = _decoder.raw_decode(text, start)
        members.append((key, text[start:end]))
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return members


def write_value(value: object) -> str:
    """A value as the file spells it."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def write_object(members: Sequence[tuple[str, str]]) -> str:
    """An object that stands in the array, from its keys and the texts of their values."""
    inner = ",\n".join(f"    {write_value(key)}: {text}" for key, text in members)
    return f"{{\n{inner}\n  }}" if members else "{}"


def write_array(texts: Sequence[str]) -> str:
    """The whole file, from the texts of its elements."""
    inner = ",\n".join(f"  {text}" for text in texts)
    return f"[\n{inner}\n]" if texts else "[]"


def encode(text: str) -> bytes:
    """The bytes of JSON text. A lone surrogate, which UTF-8 cannot hold, becomes the escape that JSON has for it."""
    return text.encode("utf-8", "backslashreplace")


def _items(text: str, start: int) -> Generator[Element, None, int]:
    """The elements from the first one on, and where the last one ends."""
    while True:
        value, end = _scan(text, start)
        yield Element(value, text[start:end])
        comma = _COMMA.match(text, end)
        if not comma:
            return end
        start = comma.end()


def _scan(text: str, start: int) -> tuple[object, int]:
    try:
        return _decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise StorageError(f"It is no valid JSON at {_place(text, error.pos)}: {error.msg}.") from error
    except _ConstantError as error:
        found = next(match for match in re.finditer(_CONSTANT, text[start:]) if match["constant"])
        raise StorageError(
            f"It is no valid JSON at {_place(text, start + found.start())}: {error} is no number."
        ) from error
    except RecursionError as error:
        raise StorageError(f"It is nested too deep in the value at {_place(text, start)}.") from error


def _expect(text: str, position: int, mark: str) -> int:
    position = _skip(text, position)
    if text[position : position + 1] != mark:
        raise StorageError(f"It is no valid JSON at {_place(text, position)}: Expecting ',' or '{mark}'.")
    return position + 1


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _place(text: str, position: int) -> str:
    """Line and column, both from 1; columns are characters."""
    return f"line {text.count(chr(10), 0, position) + 1}, column {position - text.rfind(chr(10), 0, position)}"
