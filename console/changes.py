"""A change to the file: which records it replaces by which. Enough to make it, and to take it back."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from console.contents import Contents
from todo import json_text
from todo.errors import ChangedMeanwhile


class Change(NamedTuple):
    """Records by position in the array, counted from 0, and as the file spells them."""

    name: str
    """What was done, as `undo` says it: `add 3`."""
    user: str
    numbers: frozenset[int]
    before: dict[int, str]
    after: dict[int, str]
    version: list[int] | None
    """The version of the file that was changed; None where there was no file."""

    def made(self, texts: Sequence[str]) -> list[str]:
        """The array after the change."""
        return _replaced(texts, list(self.before), self.after)

    def taken_back(self, contents: Contents) -> list[str]:
        """The array without the change. Raises `ChangedMeanwhile` if its tasks are no longer as it left them."""
        present = contents.records(self.numbers)
        left = [json_text.read_array(f"[{text}]")[0].value for text in self.after.values()]
        if [_comparable(entry.value) for entry in present] != [_comparable(value) for value in left]:
            raise ChangedMeanwhile(f"{self.name} cannot be undone: another program has changed its tasks since.")
        moved = dict(zip(self.after, (entry.position for entry in present), strict=True))
        restored = {moved.get(position, position): text for position, text in self.before.items()}
        return _replaced(contents.texts, list(moved.values()), restored)


def _replaced(texts: Sequence[str], old: Sequence[int], new: dict[int, str]) -> list[str]:
    result: list[str | None] = list(texts)
    for position in old:
        result[position] = new.get(position)
    kept = [text for text in result if text is not None]
    for position in sorted(new.keys() - set(old)):
        kept.insert(position, new[position])
    return kept


def _comparable(value: object) -> str:
    return json.dumps(value, sort_keys=True)
