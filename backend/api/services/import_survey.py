"""What the records of a file are, before the database is asked: valid, earlier duplicates, or neither. Pure."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from todo.errors import InvalidTask
from todo.json_text import Element
from todo.records import Record, read_record, to_utc, write_time

DEPTH_MAX = 100
"""Levels of arrays and objects in a record: far below where Python's JSON reader and writer give up."""

Progress = Callable[[str, int], None]
"""Told of each step: what is being done, and to how many more records it was done."""

_OPENING = re.compile(r"[\[{]")


class Records(Protocol):
    """The records in the order of the file, each with its text."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> Element: ...


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that stays out. `position` counts from 1; `user` is whom it names, None for nobody."""

    position: int
    field: str
    reason: str
    user: str | None


@dataclass(frozen=True, slots=True)
class Survey:
    """`wanted` holds, for each user, the positions of the records to move in, in file order; None is who is not named.

    `numbers` and `hashes` are those of all records by position - 1, 0 and empty for the invalid.
    """

    total: int
    invalid: list[Rejection]
    duplicates: list[Rejection]
    wanted: dict[str | None, list[int]]
    numbers: list[int]
    hashes: list[bytes]

    @property
    def rejected(self) -> list[Rejection]:
        """Invalid records and earlier duplicates, in file order."""
        return sorted(self.invalid + self.duplicates, key=lambda rejection: rejection.position)


def survey(records: Records, zone: tzinfo | None, progress: Progress | None = None) -> Survey:
    """Looks at every record. Of two with one user and one id the later counts, as in the console app.

    A time without zone is read in `zone`, by default the machine's.
    """
    total = len(records)
    invalid: list[Rejection] = []
    duplicates: list[Rejection] = []
    latest: defaultdict[str | None, dict[int, int]] = defaultdict(dict)
    numbers, hashes = [0] * total, [b""] * total
    for position in range(1, total + 1):
        element = records[position - 1]
        try:
            record, _, _ = read(element, zone)
        except InvalidTask as error:
            invalid.append(Rejection(position, error.field, str(error), _named(element.value)))
        else:
            earlier = latest[record.user_id].pop(record.number, None)
            if earlier is not None:
                reason = f"Record {position} comes later and has the same id {record.number}: that one counts."
                duplicates.append(Rejection(earlier, "id", reason, record.user_id))
            latest[record.user_id][record.number] = position
            numbers[position - 1], hashes[position - 1] = record.number, record_hash(element.value)
        if progress and position % 1000 == 0:
            progress("reading", 1000)
    wanted = {user: list(positions.values()) for user, positions in latest.items()}
    return Survey(total, invalid, duplicates, wanted, numbers, hashes)


def read(element: Element, zone: tzinfo | None) -> tuple[Record, str | None, str | None]:
    """The record, with the times of its making and last change in UTC as texts. Raises `InvalidTask`."""
    _check_depth(element)
    record = read_record(element.value)
    return record, _utc("created_at", record.created_at, zone), _utc("updated_at", record.updated_at, zone)


def record_hash(value: object) -> bytes:
    """SHA-256 of the record's canonical form, unknown fields included: how it is spelt makes no difference."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).digest()


def _utc(field: str, moment: datetime | None, zone: tzinfo | None) -> str | None:
    return None if moment is None else write_time(to_utc(field, moment, zone))


def _check_depth(element: Element) -> None:
    if len(_OPENING.findall(element.text)) <= DEPTH_MAX:
        return
    depth, level = 0, [element.value]
    while level:
        depth += 1
        if depth > DEPTH_MAX:
            raise InvalidTask("record", f"A record cannot be nested deeper than {DEPTH_MAX} levels.")
        inside = [
            list(part.values()) if isinstance(part, dict) else part for part in level if isinstance(part, dict | list)
        ]
        level = [part for parts in inside for part in parts if isinstance(part, dict | list)]


def _named(value: object) -> str | None:
    user = value.get("user_id") if isinstance(value, dict) else None
    return user if isinstance(user, str) else None
