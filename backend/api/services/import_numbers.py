"""Which number a record gets: its own where that is free, else one after the highest of account and file. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from todo.rules import NUMBER_MAX


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A record whose number was taken."""

    position: int
    former: int
    new: int


class NoNumberLeft(Exception):
    """The record at `position` would get a number above the highest that there is."""

    def __init__(self, position: int) -> None:
        super().__init__(f"Record {position} needs another number, and none is left after {NUMBER_MAX}.")
        self.position = position


def assign(wanted: Iterable[tuple[int, int]], taken: set[int], highest: int) -> tuple[list[int], list[Renumbered]]:
    """Numbers for records given as (position, number) in file order, and which of them are new. Raises `NoNumberLeft`.

    `taken` are the account's numbers, and become those after the import; `highest` is the highest of account and file.
    """
    numbers: list[int] = []
    renumbered: list[Renumbered] = []
    for position, own in wanted:
        number = own
        if number in taken:
            highest += 1
            if highest > NUMBER_MAX:
                raise NoNumberLeft(position)
            number = highest
            renumbered.append(Renumbered(position, own, number))
        taken.add(number)
        numbers.append(number)
    return numbers, renumbered
