"""The tasks in an account, as one person works on them: each change is one request, made once, and can be taken back."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from console.numbers import spoken
from console.remote.account import Account
from console.remote.changes import Changes
from console.remote.client import Client, Problem
from console.remote.history import History
from console.remote.wire import check_count, missing, task_of, understood
from console.task import Task
from console.tasks import NewTask, Verb
from todo import rules

_TASKS = "/api/v1/tasks"
_CHANGES = f"{_TASKS}/changes"
_DELETE = f"{_CHANGES}/delete"
_PAGE = 10_000


class RemoteTasks:
    """The tasks of the account."""

    def __init__(self, account: Account, client: Client | None = None) -> None:
        self._client = client or Client(account)
        self.notices: list[str] = []
        """Sentences for the person, beside the answer."""
        self._changes = Changes(self._client, History(account.history), self.notices)

    def find(self, *, completed: bool | None = None, search: str = "") -> list[Task]:
        """The tasks in order of number; completed ones, open ones or both, with this text in title or description."""
        query = {"limit": str(_PAGE)}
        if completed is not None:
            query["completed"] = "true" if completed else "false"
        if search := rules.clean_search(search):
            query["q"] = search
        found: list[Task] = []
        while True:
            page = cast("dict[str, Any]", self._client.read(f"{_TASKS}?{urlencode(query)}"))
            with understood(self._client.account.server):
                found += map(task_of, page["tasks"])
                if page["next_cursor"] is None:
                    return found
                query["cursor"] = page["next_cursor"]

    def get(self, number: int) -> Task:
        """One task. Raises `TaskNotFound`."""
        try:
            answer = cast("dict[str, Any]", self._client.read(f"{_TASKS}/{number}"))
        except Problem as problem:
            raise missing(problem, number) from problem
        with understood(self._client.account.server):
            return task_of(answer["task"])

    def add(self, title: str, description: str) -> Task:
        """A new task."""
        fields = {"title": rules.clean_title(title), "description": rules.clean_description(description)}
        with understood(self._client.account.server):
            task = self._changes.send(_TASKS, fields)["task"]
            undo = {"tasks": [{"task": task["id"], "seen": task["updated_at"]}]}
            self._changes.remember(f"add {task['number']}", _DELETE, undo)
            return task_of(task)

    def add_many(self, new: Sequence[NewTask]) -> list[Task]:
        """New tasks, all or none, as one change."""
        fields = [
            {
                "title": rules.clean_title(task.title),
                "description": rules.clean_description(task.description),
                "completed": task.completed,
            }
            for task in new
        ]
        if not fields:
            return []
        check_count(fields)
        with understood(self._client.account.server):
            tasks = self._changes.send(f"{_CHANGES}/add", {"tasks": fields})["tasks"]
            undo = {"tasks": [{"task": task["id"], "seen": task["updated_at"]} for task in tasks]}
            self._changes.remember(f"add {spoken(task['number'] for task in tasks)}", _DELETE, undo)
            return [task_of(task) for task in tasks]

    def change_many(self, verb: Verb, numbers: Sequence[int]) -> list[Task]:
        """The same to each task, all or none, as one change, in the order given. Raises `TaskNotFound`."""
        return self._edit(verb, numbers, {"toggle": True} if verb == "toggle" else {"completed": verb == "complete"})

    def update(self, number: int, title: str, description: str | None) -> Task:
        """A new title and, unless it is None, a new description. Raises `TaskNotFound`."""
        fields: dict[str, object] = {"title": rules.clean_title(title)}
        if description is not None:
            fields["description"] = rules.clean_description(description)
        return self._edit("update", [number], fields)[0]

    def delete_many(self, numbers: Sequence[int]) -> int:
        """Delete tasks, all or none, as one change, and answer how many. Raises `TaskNotFound`."""
        check_count(numbers)
        try:
            return self._delete(f"delete {spoken(numbers)}", {"tasks": [{"task": number} for number in numbers]})
        except Problem as problem:
            raise missing(problem, *numbers) from problem

    def clear(self, *, completed: bool, only: Collection[int] | None = None) -> int:
        """Delete all tasks, or the completed ones, and answer how many; with `only`, none but these."""
        which: dict[str, object] = {"clear": "completed" if completed else "all"}
        if only is not None:
            which["only"] = sorted(only)
        return self._delete("clear --completed" if completed else "clear", which)

    def undo(self) -> str:
        """Take the last change back and say which it was. Raises `NothingToUndo` and `ChangedMeanwhile`."""
        return self._changes.take_back()

    def _edit(self, name: str, numbers: Sequence[int], fields: Mapping[str, object]) -> list[Task]:
        check_count(numbers)
        try:
            answer = self._changes.send(_CHANGES, {"changes": [{"task": number, **fields} for number in numbers]})
        except Problem as problem:
            raise missing(problem, *numbers) from problem
        with understood(self._client.account.server):
            pairs = [(change["before"], change["after"]) for change in answer["changes"]]
            undo = [
                {"task": after["id"], "seen": after["updated_at"]}
                | {
                    field: before[field]
                    for field in before.keys() & {"completed" if one == "toggle" else one for one in fields}
                }
                for before, after in pairs
            ]
            was = {before["id"]: before["updated_at"] for before, _ in pairs}
            self._changes.remember(f"{name} {spoken(numbers)}", _CHANGES, {"changes": undo}, was)
            return [task_of(after) for _, after in pairs]

    def _delete(self, name: str, which: Mapping[str, object]) -> int:
        answer = self._changes.send(_DELETE, which)
        with understood(self._client.account.server):
            count = int(answer["deleted"])
            undo = {"deleted_at": answer["deleted_at"], "count": count}
            was = {task["id"]: task["updated_at"] for task in answer["tasks"]}
            if count:
                self._changes.remember(name, f"{_CHANGES}/restore", undo, was)
            return count
