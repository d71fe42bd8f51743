"""The tasks in the local file, as one person works on them. Each method is one thing a person does."""

from collections.abc import Callable, Collection, Mapping

from console.changes import Change
from console.contents import Contents, Entry
from console.history import History
from console.spelling import edited_record, new_record, record_of
from console.task import Task, task_of
from todo import rules
from todo.errors import StorageError
from todo.storage import TaskFile


class LocalTasks:
    """The tasks of one user: `chosen`, or the file's default user (`default`, if given)."""

    def __init__(self, file: TaskFile, chosen: str | None, default: str | None) -> None:
        self._file = file
        self._history = History(file.path)
        self._chosen = chosen
        self._default = default
        self.notices: list[str] = []
        """Sentences for the person, beside the answer."""

    def find(self, *, completed: bool | None = None, search: str = "") -> list[Task]:
        """The tasks in order of number; completed ones, open ones or both, with this text in title or description."""
        text = rules.clean_search(search)
        contents = self._read()
        return [
            task_of(entry.record, contents.user)
            for entry in contents.tasks()
            if completed in (None, entry.record.completed)
            and (not text or rules.matches(text, entry.record.title, entry.record.description))
        ]

    def get(self, number: int) -> Task:
        """One task. Raises `TaskNotFound`."""
        contents = self._read()
        return task_of(contents.task(number).record, contents.user)

    def add(self, title: str, description: str) -> Task:
        """A new task."""
        title, description = rules.clean_title(title), rules.clean_description(description)
        with self._file.locked():
            contents = self._read()
            number = contents.free_number()
            text = new_record(number, title, description, contents.user)
            task = task_of(record_of(text), contents.user)
            self._make(contents, f"add {number}", {number}, {len(contents.texts): text})
        return task

    def complete(self, number: int) -> Task:
        """Mark as done. Raises `TaskNotFound`."""
        return self._edit("complete", number, lambda _: {"completed": True})

    def reopen(self, number: int) -> Task:
        """Mark as not done. Raises `TaskNotFound`."""
        return self._edit("incomplete", number, lambda _: {"completed": False})

    def toggle(self, number: int) -> Task:
        """Done becomes not done and the other way round. Raises `TaskNotFound`."""
        return self._edit("toggle", number, lambda entry: {"completed": not entry.record.completed})

    def update(self, number: int, title: str, description: str | None) -> Task:
        """A new title and, unless it is None, a new description. Raises `TaskNotFound`."""
        fields: dict[str, object] = {"title": rules.clean_title(title)}
        if description is not None:
            fields["description"] = rules.clean_description(description)
        return self._edit("update", number, lambda _: fields)

    def delete(self, number: int) -> int:
        """Delete a task, earlier records of its number included. Raises `TaskNotFound`. Answers 1: a task."""
        with self._file.locked():
            contents = self._read()
            contents.task(number)
            self._make(contents, f"delete {number}", {number}, {})
        return 1

    def clear(self, *, completed: bool, only: Collection[int] | None = None) -> int:
        """Delete all tasks, or the completed ones, and answer how many; with `only`, none but these."""
        with self._file.locked():
            contents = self._read()
            numbers = {
                entry.record.number
                for entry in contents.tasks()
                if (entry.record.completed or not completed) and (only is None or entry.record.number in only)
            }
            if numbers:
                self._make(contents, "clear --completed" if completed else "clear", numbers, {})
        return len(numbers)

    def undo(self) -> str:
        """Take the last change back and say which it was. Raises `NothingToUndo` and `ChangedMeanwhile`."""
        with self._file.locked():
            contents = self._read()
            change = self._history.last(contents.user, self._file.version)
            self._file.write(change.taken_back(contents))
            try:
                self._history.forget(change, self._file.version)
            except StorageError as error:
                self._history.lose()
                self.notices.append(f"No earlier change can be undone: {error}")
        return change.name

    def contents(self) -> Contents:
        """The file as this user sees it."""
        return self._read()

    def _read(self) -> Contents:
        contents = Contents(self._file.read(), self._chosen, self._default)
        self.notices += [
            f"{self._file.path}: record {position} is no valid task and stays as it is: {reason}"
            for position, reason in contents.problems
        ]
        return contents

    def _edit(self, name: str, number: int, fields: Callable[[Entry], Mapping[str, object]]) -> Task:
        with self._file.locked():
            contents = self._read()
            entry = contents.task(number)
            text = edited_record(entry, fields(entry))
            earlier = {record.position: record.text for record in contents.records({number})}
            task = task_of(record_of(text), contents.user)
            self._make(contents, f"{name} {number}", {number}, earlier | {entry.position: text})
        return task

    def _make(self, contents: Contents, name: str, numbers: Collection[int], after: dict[int, str]) -> None:
        before = {record.position: record.text for record in contents.records(numbers)}
        change = Change(name, contents.user, frozenset(numbers), before, after, self._file.version)
        try:
            self._history.remember(change)
        except StorageError as error:
            self._file.write(change.made(contents.texts))
            self._history.lose()
            self.notices.append(f"This change cannot be undone: {error}")
        else:
            self._file.write(change.made(contents.texts))
