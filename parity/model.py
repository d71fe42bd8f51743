"""The rules alone: tasks in a dictionary, and what every command must answer. Knows no file, no HTTP and no time."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from console.exit_codes import ExitCode, UsageError, exit_code
from parity import named
from parity.words import Words
from todo import rules
from todo.errors import NothingToUndo, TaskNotFound, TodoError

DEPTH = 20
Fields = dict[str, Any]


@dataclass
class Expected:
    """Exit code and JSON object, a task being number, title, description and completion. `error` None: any sentence."""

    code: int
    json: Fields


@dataclass
class Model:
    """What there is, and what `undo` goes back to."""

    tasks: dict[int, Fields] = field(default_factory=dict)
    past: list[tuple[str, dict[int, Fields]]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    """By the last step."""

    def do(self, words: Words, piped: Sequence[str] = ()) -> Expected:
        """The step that these words ask for, with these lines on standard input."""
        self.touched = set()
        name, *rest = words
        given = rest[1:] if rest[:1] == ["--"] else rest
        try:
            return Expected(0, self._add_all(piped) if piped else self._do(name, given))
        except (TodoError, UsageError) as error:
            code = int(exit_code(error))
            told = str(error) if isinstance(error, TodoError) else None
            return Expected(code, {"success": False, "error": told, "error_code": code})

    def _do(self, name: str, given: list[str]) -> Fields:
        match name, given:
            case "add", [title, *rest]:
                return self._add(title, *rest)
            case "list", _ if all(
                word in ("--pending", "--completed") or word.startswith("--search=") for word in given
            ):
                return self._list(given)
            case "show", [word]:
                return {"success": True, "task": self._task(named.number(word))}
            case (("complete" | "incomplete" | "toggle"), [_, *_]):
                return self._change(name, given)
            case "update", [word, title, *rest]:
                return self._update(word, title, *rest)
            case "delete", [_, *_]:
                numbers = named.numbers(given, self.tasks)
                self._remember(f"delete {named.spoken(numbers)}", numbers)
                for number in numbers:
                    del self.tasks[number]
                return {"success": True, "deleted": len(numbers)}
            case "clear", _:
                return self._clear("--completed" in given, "--yes" in given)
            case "undo", []:
                return self._undo()
            case (("add" | "show" | "update"), _):
                raise UsageError("", ExitCode.MISSING)
            case "list", ["--search"]:
                raise UsageError("", ExitCode.MISSING)
            case _:
                raise UsageError("")

    def _add(self, title: str, description: str = "") -> Fields:
        title, description = rules.clean_title(title), rules.clean_description(description)
        number = rules.next_number(max(self.tasks, default=None))
        self._remember(f"add {number}", [number])
        self.tasks[number] = {"id": number, "title": title, "description": description, "completed": False}
        return {"success": True, "task": self._task(number)}

    def _add_all(self, titles: Sequence[str]) -> Fields:
        first = rules.next_number(max(self.tasks, default=None))
        new = {number: {"id": number, "title": rules.clean_title(title)} for number, title in enumerate(titles, first)}
        self._remember(f"add {named.spoken(new)}", [*new])
        self.tasks |= {number: {**task, "description": "", "completed": False} for number, task in new.items()}
        return {"success": True, "tasks": [self._task(number) for number in new]}

    def _list(self, given: Sequence[str]) -> Fields:
        search = rules.clean_search("".join(word[9:] for word in given if word.startswith("--search=")))
        kinds = {completed for flag, completed in (("--pending", False), ("--completed", True)) if flag in given}
        found = [
            self._task(number)
            for number, task in sorted(self.tasks.items())
            if (not kinds or task["completed"] in kinds)
            and (not search or rules.matches(search, task["title"], task["description"]))
        ]
        return {"tasks": found}

    def _change(self, name: str, words: list[str]) -> Fields:
        numbers = named.numbers(words, self.tasks)
        self._remember(f"{name} {named.spoken(numbers)}", numbers)
        for number in numbers:
            task = self.tasks[number]
            task["completed"] = not task["completed"] if name == "toggle" else name == "complete"
        if len(words) == 1 and "," not in words[0] and "-" not in words[0]:
            return {"success": True, "task": self._task(numbers[0])}
        return {"success": True, "tasks": [self._task(number) for number in numbers]}

    def _update(self, word: str, title: str, description: str | None = None) -> Fields:
        fields = {"title": rules.clean_title(title)}
        if description is not None:
            fields["description"] = rules.clean_description(description)
        number = named.number(word)
        self._task(number)
        self._remember(f"update {number}", [number])
        self.tasks[number] |= fields
        return {"success": True, "task": self._task(number)}

    def _clear(self, completed: bool, yes: bool) -> Fields:
        if not yes:
            raise TodoError("Clearing deletes tasks: without a terminal it needs --yes.")
        gone = [number for number, task in self.tasks.items() if task["completed"] or not completed]
        if gone:
            self._remember("clear --completed" if completed else "clear", gone)
        for number in gone:
            del self.tasks[number]
        return {"success": True, "deleted": len(gone)}

    def _undo(self) -> Fields:
        if not self.past:
            raise NothingToUndo
        name, before = self.past.pop()
        self.touched = {number for number in {*before, *self.tasks} if before.get(number) != self.tasks.get(number)}
        self.tasks = before
        return {"success": True, "undone": name}

    def _remember(self, name: str, numbers: Sequence[int]) -> None:
        self.touched = set(numbers)
        self.past = [*self.past, (name, copy.deepcopy(self.tasks))][-DEPTH:]

    def _task(self, number: int) -> Fields:
        if number not in self.tasks:
            raise TaskNotFound(number)
        return dict(self.tasks[number])
