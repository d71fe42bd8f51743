"""Writing to the terminal, or to whatever stands in its place: any encoding, a closed pipe, a full disk."""

import codecs
import json
import os
import re
import sys
from io import TextIOWrapper
from typing import TextIO

from todo.terminal import visible_json

_COLOURED = re.compile(r"^(\[x\] .*)|^todo:", re.MULTILINE)


def write_json(value: object) -> None:
    """One JSON object on stdout, in any encoding. Raises `OSError` where it cannot be written."""
    utf8 = sys.stdout is not None and codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    write(sys.stdout, visible_json(json.dumps(value, ensure_ascii=not utf8)) + "\n")


def write(stream: TextIO | None, text: str) -> None:
    """The text, with escapes for characters that the stream has not. A reader who has left is no error.

    Raises `OSError` for anything else. `stream` is None where the caller of the program closed it.
    """
    if stream is None or not text:
        return
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        discard(stream)
    except OSError:
        discard(stream)
        raise


def coloured(stream: TextIO | None, text: str) -> str:
    """The text as it looks on a terminal that has colours: what is done in grey, `todo:` before a refusal in red."""
    if stream is None or not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") in (None, "dumb"):
        return text
    return _COLOURED.sub(lambda line: f"\x1b[{'2' if line[1] else '31'}m{line[0]}\x1b[m", text)


def discard(stream: TextIO) -> None:
    """Let nothing more come of the stream: what it still holds would fail again when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
