"""The fewest steps that still differ, and how to type them."""

import shlex
from collections.abc import Callable, Sequence

from parity.step import Step

_TRIES = 300


def shrink(steps: Sequence[Step], differs: Callable[[Sequence[Step]], bool]) -> list[Step]:
    """Steps left out, ever smaller parts of them, as long as there is a difference (Zeller's delta debugging)."""
    kept, parts, tries = list(steps), 2, 0
    while len(kept) > 1 and tries < _TRIES:
        size = max(1, len(kept) // parts)
        for start in range(0, len(kept), size):
            fewer = kept[:start] + kept[start + size :]
            tries += 1
            if fewer and differs(fewer):
                kept, parts = fewer, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(kept))
    return kept


def typed(steps: Sequence[Step]) -> str:
    """The steps as commands of a shell."""
    return "\n".join(_line(step) for step in steps)


def _line(step: Step) -> str:
    words = step.typed
    source = f"seq -f '🎉 %.0f' {step.piped} | " if step.piped else ""
    return source + " ".join(["todo", *(_quoted(word) for word in words)])


def _quoted(word: str) -> str:
    return shlex.quote(word) if word.isprintable() else "$'" + "".join(map(_escaped, word)) + "'"


def _escaped(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    return character if character.isprintable() else ascii(character)[1:-1]
