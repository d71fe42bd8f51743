"""What the console takes from standard input: an answer to its one question, and tasks."""

import sys

from console import answers, streams
from console.tasks import NewTask
from todo import rules
from todo.errors import InvalidTask, TodoError

_SHOWN = 20
"""How many refused lines are named."""


class NotConfirmed(TodoError):
    """The person did not say yes; nothing was done."""


def confirm_clearing(count: int, *, completed: bool) -> None:
    """Ask before tasks are deleted. Raises `NotConfirmed`, also where there is no terminal to ask on."""
    confirm(
        f"Delete {answers.counted(count, 'completed task' if completed else 'task')}?" if count else "",
        "Clearing deletes tasks",
        "Nothing was deleted.",
    )


def is_possible() -> bool:
    """Whether there is a terminal to ask on."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str, consequence: str, refused: str = "Nothing was done.") -> None:
    """Ask a question, unless it is empty. Raises `NotConfirmed`, also where there is no terminal to ask on."""
    if not is_possible():
        raise NotConfirmed(f"{consequence}: without a terminal it needs --yes.")
    if not question:
        return
    streams.write(sys.stderr, f"{question} [y/N] ")
    if sys.stdin.buffer.readline().strip().lower() not in (b"y", b"yes"):
        raise NotConfirmed(refused)


def piped_titles() -> list[NewTask]:
    """Titles and no descriptions, one a line; lines of nothing but white space are passed over.

    Raises `InvalidTask`, which names every line that is refused, counted from 1.
    """
    if sys.stdin is None:
        raise InvalidTask("title", "There is no standard input to read tasks from.")
    titles, refused = [], []
    for place, line in enumerate(sys.stdin.buffer.read().split(b"\n"), 1):
        text = line.decode(errors="surrogateescape").removeprefix("\ufeff" if place == 1 else "")
        if not text.strip():
            continue
        try:
            titles.append(NewTask(rules.clean_title(text)))
        except InvalidTask as error:
            refused.append(f"line {place}: {error}")
    if refused:
        shown = refused[:_SHOWN] + ([f"and {len(refused) - _SHOWN} more."] if len(refused) > _SHOWN else [])
        raise InvalidTask("title", f"Nothing was added. {' '.join(shown)}")
    return titles
