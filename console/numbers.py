"""Ids as a person gives them: one, several, lists and ranges (`3 5-9 2,4`)."""

from collections.abc import Collection, Iterable, Sequence

from console.tasks import Tasks
from todo import rules
from todo.errors import TaskNotFound


def is_single(words: Sequence[str]) -> bool:
    """Whether the words name one task as the simplest form does, `3`: then the answer is about that one task."""
    return len(words) == 1 and "," not in words[0] and "-" not in words[0]


def number(word: str) -> int:
    """The id that a word is. Raises `TaskNotFound`."""
    found = rules.parse_number(word)
    if found is None:
        raise TaskNotFound(f'"{word}"')
    return found


def numbers(words: Sequence[str], tasks: Tasks) -> list[int]:
    """The ids that the words name, each once, in the order given. Of a range these are the tasks that are there.

    Raises `TaskNotFound` for what is no id and for a range without any task. Asks for the tasks only if there is a range.
    """
    found: dict[int, None] = {}
    present: Collection[int] | None = None
    for part in (part for word in words for part in word.split(",")):
        first, dash, last = part.partition("-")
        if not dash or not first:
            found[number(part)] = None
            continue
        present = [task.id for task in tasks.find()] if present is None else present
        lowest, highest = rules.parse_number(first), rules.parse_number(last)
        inside = [one for one in present if lowest and highest and lowest <= one <= highest]
        if not inside:
            downwards = lowest and highest and lowest > highest
            raise TaskNotFound(f'"{part}"', f"ranges go upwards, {last}-{first}" if downwards else "")
        found.update(dict.fromkeys(inside))
    return list(found)


def spoken(found: Iterable[int]) -> str:
    """Ids in short, as `undo` tells them: `2,4,5-9`."""
    runs: list[list[int]] = []
    for one in sorted(found):
        if runs and one == runs[-1][1] + 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
