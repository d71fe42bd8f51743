"""What a command answers: one JSON object, or text for a person. No task can move the cursor or end a line."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from console.exit_codes import ExitCode
from console.task import Task
from todo.terminal import visible


class Answer(NamedTuple):
    """The same answer for programs (`json`) and for people: `data` for stdout, `message` for stderr.

    Only one of the two faces is made: with ten thousand tasks each costs 0.1 s.
    """

    json: Callable[[], dict[str, object]]
    data: Callable[[], str] = str
    message: str = ""
    code: ExitCode = ExitCode.DONE
    ids: Callable[[], list[int]] = list
    """The tasks that it is about: all that `--quiet` prints."""
    report: Sequence[str] = ()
    """Lines for stderr before the message."""
    made: bool = False
    """Whether something was changed, which stands whatever becomes of the answer."""


def one(task: Task) -> Answer:
    """The task that a command made or changed."""
    return changed([task])._replace(json=whole(task).json)


def whole(task: Task) -> Answer:
    """All fields of a task."""
    return Answer(lambda: {"success": True, "task": task.as_json()}, lambda: _fields(task), ids=lambda: [task.id])


def changed(tasks: Sequence[Task]) -> Answer:
    """The tasks that a command made or changed together."""
    return Answer(
        lambda: {"success": True, **_tasks(tasks)},
        lambda: _lines(tasks),
        ids=lambda: _ids(tasks),
        made=bool(tasks),
    )


def many(tasks: Sequence[Task]) -> Answer:
    """The tasks of a list."""
    message = "" if tasks else "There are no tasks."
    return Answer(lambda: _tasks(tasks), lambda: _lines(tasks), message, ids=lambda: _ids(tasks))


def deleted(count: int, numbers: Sequence[int] = ()) -> Answer:
    """How many tasks were deleted, and which where the person named them."""
    told: dict[str, object] = {"success": True, "deleted": count}
    return Answer(lambda: told, message=f"Deleted {counted(count)}.", ids=lambda: list(numbers), made=count > 0)


def undone(name: str) -> Answer:
    """Which change was taken back."""
    return Answer(lambda: {"success": True, "undone": name}, message=f"Undone: {name}.", made=True)


def text(help_text: str) -> Answer:
    """The help."""
    return Answer(lambda: {"success": True, "help": help_text}, lambda: help_text)


def refusal(sentence: str, code: ExitCode) -> Answer:
    """Why nothing was done."""
    message = f"todo: {sentence}"
    return Answer(lambda: {"success": False, "error": sentence, "error_code": int(code)}, str, message, code)


def version(number: str) -> Answer:
    """Which version this is."""
    return Answer(lambda: {"success": True, "version": number}, lambda: f"todo {number}\n")


def counted(count: int, noun: str = "task") -> str:
    """So many of something: `1 task`, `2 tasks`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _ids(tasks: Sequence[Task]) -> list[int]:
    return [task.id for task in tasks]


def _tasks(tasks: Sequence[Task]) -> dict[str, object]:
    return {"tasks": [task.as_json() for task in tasks]}


def _lines(tasks: Sequence[Task]) -> str:
    return "".join(f"[{'x' if task.completed else ' '}] {task.id} {visible(task.title)}\n" for task in tasks)


def _fields(task: Task) -> str:
    """One field a line; further lines of a description are indented."""
    fields = {**task.as_json(), "completed": "yes" if task.completed else "no"}
    width = max(map(len, fields)) + 2
    lines = []
    for name, value in fields.items():
        shown = "unknown" if value is None else str(value)
        inner = "\n".join(f"{'':{width}}{visible(part)}" for part in shown.split("\n"))
        lines.append(f"{name + ':':{width}}{inner[width:]}".rstrip(" ") + "\n")
    return "".join(lines)
