"""Operations on thousands of tasks: as they are typed, and by which calls of the API they are done and taken back."""

from collections.abc import Sequence
from random import Random

from parity.api import TASKS, Api
from parity.model import Fields
from parity.words import Words

STEPS = 12
_LEAST, _MOST = 1_001, 3_000
"""More than a batch takes; less than ten steps of it come to what a list or a change has room for."""
_BATCH = 1_000
_FEW = 100
Back = list[tuple[str, str, Fields | None]]


def titles(count: int) -> list[str]:
    """The lines that `add --stdin` is given."""
    return [f"🎉 {number}" for number in range(1, count + 1)]


def operation(chance: Random, present: Sequence[int]) -> tuple[Words, int]:
    """The next one, given the numbers of the tasks that there are, and how many lines go with it."""
    present = sorted(present)
    if len(present) <= _LEAST:
        return ("add", "--stdin"), chance.randint(_LEAST, _MOST)
    kind = chance.choices(["add", "change", "delete", "clear", "undo"], [1 if len(present) < 6_000 else 0, 4, 2, 1, 4])[
        0
    ]
    match kind:
        case "add":
            return ("add", "--stdin"), chance.randint(_LEAST, _MOST)
        case "change" | "delete":
            first = chance.choice(present[: len(present) - _LEAST])
            some = [number for number in present if number >= first]
            verb = "delete" if kind == "delete" else chance.choice(["complete", "incomplete", "toggle"])
            if chance.random() < 0.5:
                return (verb, f"{first}-{max(present)}"), 0
            return (verb, ",".join(map(str, chance.sample(some, len(some)))), str(chance.choice([first, 9_999_999]))), 0
        case "clear":
            return ("clear", "--yes", *(["--completed"] if chance.random() < 0.5 else [])), 0
        case _:
            return ("undo",), 0


def add(api: Api, count: int) -> tuple[list[Fields], Back]:
    """New tasks by the batches of the contract, and what takes them back."""
    tasks: list[Fields] = []
    for start in range(0, count, _BATCH):
        some = [{"title": title} for title in titles(count)[start : start + _BATCH]]
        status, body = api.ask("POST", f"{TASKS}/batch", {"tasks": some})
        assert status == 201, body  # noqa: S101
        tasks += body["tasks"]
    return tasks, [("POST", f"{TASKS}/changes/delete", {"tasks": [{"task": task["id"]} for task in tasks]})]


def reopen(tasks: Sequence[Fields], known: dict[int, Fields]) -> Back:
    """What gives all of these the completion that they had."""
    before = [{"task": task["id"], "completed": known[task["number"]]["completed"]} for task in tasks]
    return [("POST", f"{TASKS}/changes", {"changes": before})]


def restore(api: Api, gone: Sequence[str]) -> Back:
    """What takes out of the bin those that went last, one by one if they are few."""
    if len(gone) <= _FEW:
        return [("POST", f"{TASKS}/{one}/restore", {}) for one in gone]
    status, body = api.ask("GET", f"{TASKS}/deleted?limit=1")
    assert status == 200, body  # noqa: S101
    return [("POST", f"{TASKS}/changes/restore", {"deleted_at": body["tasks"][0]["deleted_at"], "count": len(gone)})]
