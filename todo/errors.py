"""What can go wrong with a task, said once. Each door renders these: problem+json over HTTP, a sentence and an exit code in
the console.

TodoError
├── InvalidTask        a field breaks a rule
├── TaskNotFound       the owner has no such task
├── NothingToUndo      no change is left to take back
├── ChangedMeanwhile   another program changed what was to be changed
└── StorageError       the JSON file cannot be read or written
"""


class TodoError(Exception):
    """Anything a person can be told in one sentence: `str(error)` is that sentence."""


class InvalidTask(TodoError, ValueError):
    """`field` breaks a rule; `str(error)` says which and what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TaskNotFound(TodoError, LookupError):
    """The owner has no task with this id. `advice` says how to name one, where the person took a wrong way."""

    def __init__(self, task_id: object, advice: str = "") -> None:
        super().__init__(f"There is no task {task_id}{advice and ': '}{advice}.")
        self.task_id = task_id


class NothingToUndo(TodoError):
    """No change is left to take back."""

    def __init__(self) -> None:
        super().__init__("There is nothing to undo.")


class ChangedMeanwhile(TodoError):
    """Another program changed what was to be changed; nothing was changed here."""


class StorageError(TodoError):
    """The file of tasks cannot be used; nothing was changed. `str(error)` says where and what to do."""
