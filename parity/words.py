"""Random operations, as a person types them: mostly sense, often at the edges, sometimes nonsense."""

from collections.abc import Sequence
from random import Random

Words = tuple[str, ...]

_ATOMS = [
    "milk", "Straße", "STRASSE", "İstanbul", "ﬁne", "Σίσυφος", "שלום \u202eעולם", "日本語", "🎉", "👩\u200d🚀", "e\u0301",
    "\u00a0", "\u2003", "\t", "\n", "--pending", "-5", "%", "_", "\\", "'", '"', "<b>", "\x1b[31m", "\x1f", "\u200b",
    "\ufeff", "\U0010ffff", " ", "0", "ǰ", "ß",
]  # fmt: skip
_BAD = ["", " ", "\u3000\n", "nul\x00", "half \ud83d", "x" * 101, "🎉" * 101, "y" * 501, " " * 501]
_EDGES = ["x" * 100, "🎉" * 100, f"  {'x' * 100}\u2003", "y" * 500, "🎉" * 500, " " * 500]
_NO_IDS = [
    "0",
    "01",
    "١",
    "-1",
    "1.0",
    "+1",
    "",
    "abc",
    "１",
    " 1",
    "9007199254740992",
    "9" * 50,
    "1,",
    "3-1",
    "0-5",
    "²",
]
_VERBS = ["complete", "incomplete", "toggle"]


def operation(chance: Random, present: Sequence[int]) -> Words:
    """The next one, given the numbers of the tasks that there are."""
    kind = chance.choices(
        ["add", "list", "show", "change", "update", "delete", "clear", "undo", "nonsense"],
        [26, 16, 6, 18, 12, 8, 2, 16, 3],
    )[0]
    match kind:
        case "add":
            return ("add", "--", _text(chance), *([_text(chance)] if chance.random() < 0.5 else []))
        case "list":
            flags = [flag for flag in ("--pending", "--completed") if chance.random() < 0.3]
            return ("list", *flags, *([f"--search={_search(chance)}"] if chance.random() < 0.6 else []))
        case "show":
            return ("show", _id(chance, present))
        case "change":
            return (chance.choice(_VERBS), *_ids(chance, present))
        case "update":
            more = [_text(chance)] if chance.random() < 0.5 else []
            return ("update", "--", _id(chance, present), _text(chance), *more)
        case "delete":
            return ("delete", *_ids(chance, present))
        case "clear":
            return ("clear", *[flag for flag in ("--completed", "--yes") if chance.random() < 0.7])
        case "undo":
            return ("undo",)
        case _:
            return chance.choice(
                [("add",), ("show",), ("lst",), ("list", "--all"), ("update", "1"), ("undo", "1"), ("list", "--search")]
            )


def _text(chance: Random) -> str:
    roll = chance.random()
    if roll < 0.06:
        return chance.choice(_BAD)
    if roll < 0.14:
        return chance.choice(_EDGES)
    return "".join(chance.choices(_ATOMS, k=chance.randint(1, 4)))


def _search(chance: Random) -> str:
    if chance.random() < 0.05:
        return chance.choice(["x" * 200, "x" * 201, "\x00", "\ud83d", "\x01"])
    return chance.choice([*_ATOMS, "ss", "i", "fi", "MILK", "é", "x"])


def _id(chance: Random, present: Sequence[int]) -> str:
    if chance.random() < 0.12:
        return chance.choice(_NO_IDS)
    if not present or chance.random() < 0.1:
        return str(chance.randint(1, 40))
    return str(chance.choice(present))


def _ids(chance: Random, present: Sequence[int]) -> list[str]:
    if chance.random() < 0.75:
        return [_id(chance, present)]
    some = [_id(chance, present) for _ in range(chance.randint(1, 3))]
    if chance.random() < 0.5:
        first = chance.randint(1, 12)
        some.append(f"{first}-{first + chance.randint(0, 5)}")
    return ["--", *([",".join(some)] if chance.random() < 0.3 else some)]
