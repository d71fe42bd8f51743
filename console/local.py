"""The tasks in the local file, as one person works on them. Each method is one thing a person does."""

from collections.abc import Callable, Collection, Mapping, Sequence

from console.changes import Change
from console.contents import Contents, Entry
from console.history import History
from console.numbers import spoken
from console.spelling import edited_record, new_record, record_of
from console.task import Task, task_of
from console.tasks import NewTask, Verb
from todo import files, rules
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
        return self.add_many([NewTask(title, description)])[0]

    def add_many(self, new: Sequence[NewTask]) -> list[Task]:
        """New tasks, all or none, as one change."""
        clean = [
            NewTask(rules.clean_title(task.title), rules.clean_description(task.description), task.completed)
            for task in new
        ]
        with self._file.locked():
            contents = self._read()
            records = {
                number: new_record(number, task, contents.user)
                for task, number in zip(clean, contents.free_numbers(), strict=False)
            }
            tasks = [task_of(record_of(text), contents.user) for text in records.values()]
            if tasks:
                after = dict(enumerate(records.values(), len(contents.texts)))
                self._make(contents, f"add {spoken(records)}", records.keys(), after)
        return tasks

    def change_many(self, verb: Verb, numbers: Sequence[int]) -> list[Task]:
        """The same to each task, all or none, as one change, in the order given. Raises `TaskNotFound`."""
        if verb == "toggle":
            return self._edit(verb, numbers, lambda entry: {"completed": not entry.record.completed})
        return self._edit(verb, numbers, lambda _: {"completed": verb == "complete"})

    def update(self, number: int, title: str, description: str | None) -> Task:
        """A new title and, unless it is None, a new description. Raises `TaskNotFound`."""
        fields: dict[str, object] = {"title": rules.clean_title(title)}
        if description is not None:
            fields["description"] = rules.clean_description(description)
        return self._edit("update", [number], lambda _: fields)[0]

    def delete_many(self, numbers: Sequence[int]) -> int:
        """Delete tasks, all or none, earlier records of their numbers included, and answer how many. Raises `TaskNotFound`."""
        with self._file.locked():
            contents = self._read()
            for number in numbers:
                contents.task(number)
            self._make(contents, f"delete {spoken(numbers)}", set(numbers), {})
        return len(numbers)

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
        if self._file.version is None and not self._file.path.parent.exists():
            self.notices.append(files.no_folder(self._file.path))
        self.notices += [
            f"{self._file.path}: record {position} is no valid task and stays as it is: {reason}"
            for position, reason in contents.problems
        ]
        return contents

    def _edit(self, name: str, numbers: Sequence[int], fields: Callable[[Entry], Mapping[str, object]]) -> list[Task]:
        with self._file.locked():
            contents = self._read()
            entries = [contents.task(number) for number in numbers]
            texts = {entry.position: edited_record(entry, fields(entry)) for entry in entries}
            earlier = {record.position: record.text for record in contents.records(set(numbers))}
            tasks = [task_of(record_of(text), contents.user) for text in texts.values()]
            self._make(contents, f"{name} {spoken(numbers)}", set(numbers), earlier | texts)
        return tasks

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
