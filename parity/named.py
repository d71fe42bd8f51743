"""Which tasks words name together: `3 5-9 2,4`, of a range those that are there."""

from collections.abc import Collection, Sequence

from todo import rules
from todo.errors import TaskNotFound


def numbers(words: Sequence[str], present: Collection[int]) -> list[int]:
    """Each once, in the order given. Raises `TaskNotFound`."""
    found: dict[int, None] = {}
    for part in (part for word in words for part in word.split(",")):
        first, dash, last = part.partition("-")
        if dash and first:
            low, high = rules.parse_number(first), rules.parse_number(last)
            inside = [one for one in sorted(present) if low and high and low <= one <= high]
            if not inside:
                raise TaskNotFound(
                    f'"{part}"', f"ranges go upwards, {last}-{first}" if low and high and low > high else ""
                )
            found.update(dict.fromkeys(inside))
        else:
            found[number(part)] = None
    for one in found:
        if one not in present:
            raise TaskNotFound(one)
    return list(found)


def number(word: str) -> int:
    """The number that a word is. Raises `TaskNotFound`."""
    found = rules.parse_number(word)
    if found is None:
        raise TaskNotFound(f'"{word}"')
    return found


def single(word: str) -> bool:
    """Whether a word names one task, or none, and not several."""
    return "," not in word and (rules.parse_number(word) is not None or "-" not in word[1:])


def spoken(found: Collection[int]) -> str:
    """In short, as `undo` tells them: `2,4,5-9`."""
    ordered = sorted(found)
    starts = [one for one in ordered if one - 1 not in found]
    ends = [one for one in ordered if one + 1 not in found]
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))
