"""Tasks in the formats of other programs: JSON, CSV (RFC 4180), todo.txt, Taskwarrior's JSON; what gets lost is told."""

import re
from typing import NamedTuple

from console.exit_codes import UsageError
from console.tasks import NewTask

FORMATS = ("json", "csv", "todo.txt", "taskwarrior")
FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet would run, with apostrophes before it or not: export puts one more there, import takes one away."""


class Written(NamedTuple):
    """An export and what it leaves out."""

    text: str
    losses: list[str]


class Found(NamedTuple):
    """What an import would add, what would get lost, and what is refused, each by its place, counted from 1."""

    tasks: list[NewTask]
    losses: list[str]
    refused: list[str]


def chosen(given: str | None, file: str) -> str:
    """The format that was given, or that the name of the file tells; else JSON. Raises `UsageError`."""
    if given is not None and given not in FORMATS:
        raise UsageError(f"There is no format {given}: {', '.join(FORMATS)}.")
    endings = {".csv": "csv", ".txt": "todo.txt"}
    return given or next((name for ending, name in endings.items() if file.endswith(ending)), "json")
