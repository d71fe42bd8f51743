"""Every attempt in a file, a line when it begins and a line when it ends: what a violation is explained by."""

import json
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from durability.crash.attempt import Attempt

_LINES_MAX, _KILLS_MAX = 30, 4
"""Of a history, from its end."""


class Journal:
    """The file at `path`, which no database knows of."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO = path.open("a", encoding="utf-8", buffering=1)

    def begun(self, person: int, attempt: Attempt) -> None:
        """Before it is sent."""
        self._write(
            attempt=f"#{attempt.number}#",
            person=person,
            kind=attempt.kind,
            sends=f"{attempt.method} {attempt.path}",
            tasks=sorted(attempt.changes),
        )

    def ended(self, person: int, attempt: Attempt, tasks: Iterable[str] = ()) -> None:
        """Once the answer has come, or will not."""
        outcome = attempt.outcome.value
        self._write(
            attempt=f"#{attempt.number}#", person=person, ended=outcome, reason=attempt.reason, tasks=list(tasks)
        )

    def note(self, text: str) -> None:
        """Something that happened to all."""
        self._write(note=text)

    def history(self, keys: Iterable[str]) -> list[str]:
        """The last lines in which any of these words stands, and the last kills."""
        wanted = tuple(keys)
        found: deque[str] = deque(maxlen=_LINES_MAX)
        kills: deque[str] = deque(maxlen=_KILLS_MAX)
        with self.path.open(encoding="utf-8") as lines:
            for line in lines:
                if any(key in line for key in wanted):
                    found.append(line.rstrip())
                elif '"note": "killed' in line:
                    kills.append(line.rstrip())
        return sorted([*found, *kills], key=lambda line: float(json.loads(line)["at"]))

    def close(self) -> None:
        """Nothing more comes."""
        self._file.close()

    def _write(self, **fields: object) -> None:
        self._file.write(json.dumps({"at": round(time.time(), 3), **fields}, ensure_ascii=False) + "\n")
