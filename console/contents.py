"""What the file holds and whose it is: tasks, records that are none, and the user who is asking."""

from collections.abc import Collection, Iterator, Sequence
from datetime import MAXYEAR, MINYEAR
from typing import NamedTuple, TypeGuard

from todo import rules
from todo.errors import InvalidTask, StorageError, TaskNotFound
from todo.json_text import Element
from todo.records import Record, clean_user, read_record, to_utc

UNNAMED_USER = "cli-user"
"""The default user of a file that names none or several."""


class Entry(NamedTuple):
    """A valid record and its place in the array, counted from 0."""

    position: int
    text: str
    value: object
    record: Record


class Contents:
    """The file as one user sees it: `chosen`, or the default user, who also owns the records without `user_id`."""

    def __init__(self, elements: Sequence[Element], chosen: str | None, default: str | None) -> None:
        self.texts = [element.text for element in elements]
        self.problems: list[tuple[int, str]] = []
        """Position, counted from 1, and sentence of each record that is no valid task."""
        entries = []
        for position, element in enumerate(elements):
            try:
                record = _read(element.value)
            except InvalidTask as error:
                self.problems.append((position + 1, str(error)))
            else:
                entries.append(Entry(position, element.text, element.value, record))
        self._default = default or _only_user([element.value for element in elements]) or UNNAMED_USER
        self.user = chosen or self._default
        self._entries = [entry for entry in entries if (entry.record.user_id or self._default) == self.user]
        self._tasks = {entry.record.number: entry for entry in self._entries}
        self._values = [element.value for element in elements]

    def tasks(self) -> list[Entry]:
        """The user's tasks in order of number. Of two records with one number the later is the task."""
        return [self._tasks[number] for number in sorted(self._tasks)]

    def task(self, number: int) -> Entry:
        """The user's task with this number. Raises `TaskNotFound`."""
        if number not in self._tasks:
            raise TaskNotFound(number)
        return self._tasks[number]

    def records(self, numbers: Collection[int]) -> list[Entry]:
        """The user's valid records with these numbers, in order of the file, earlier ones of a number included."""
        return [entry for entry in self._entries if entry.record.number in numbers]

    def free_numbers(self) -> Iterator[int]:
        """The numbers of new tasks. A broken record keeps its own: repaired one day, it is to be a task of its own."""
        taken = {value["id"] for value in self._values if isinstance(value, dict) and self._may_own(value)}
        number = rules.next_number(max(self._tasks, default=None))
        while number <= rules.NUMBER_MAX:
            if number not in taken:
                yield number
            number += 1
        raise StorageError(f"No number is left for a new task: {rules.NUMBER_MAX} is taken.")

    def rejects(self) -> list[tuple[int, str]]:
        """Position, counted from 1, and sentence of each record of the user that is none of the tasks, in file order."""
        broken = [(position, reason) for position, reason in self.problems if self._owns(self._values[position - 1])]
        earlier = [
            (entry.position + 1, self._later(entry.record.number))
            for entry in self._entries
            if self._tasks[entry.record.number] is not entry
        ]
        return sorted(broken + earlier)

    def _later(self, number: int) -> str:
        position = self._tasks[number].position + 1
        return f"Record {position} comes later and has the same id {number}: that one counts."

    def _owns(self, value: object) -> bool:
        """Whether a broken record is the user's; one that names nobody, or nobody properly, is the default user's."""
        user = value.get("user_id") if isinstance(value, dict) else None
        return (user if _is_user(user) else self._default) == self.user

    def _may_own(self, value: dict[str, object]) -> bool:
        user = value.get("user_id")
        return type(value.get("id")) is int and (self._default if user is None else user) == self.user


def _read(value: object) -> Record:
    record = read_record(value)
    created, updated = record.created_at, record.updated_at
    # Between the ends of the calendar every zone has an answer, and ten thousand conversions take time.
    if created is not None and not MINYEAR < created.year < MAXYEAR:
        to_utc("created_at", created)
    if updated is not None and not MINYEAR < updated.year < MAXYEAR:
        to_utc("updated_at", updated)
    return record


def _only_user(values: Sequence[object]) -> str | None:
    named = [value["user_id"] for value in values if isinstance(value, dict) and "user_id" in value]
    users = {user for user in {user for user in named if isinstance(user, str)} if _is_user(user)}
    return users.pop() if len(users) == 1 else None


def _is_user(value: object) -> TypeGuard[str]:
    try:
        clean_user(value)
    except InvalidTask:
        return False
    return True
