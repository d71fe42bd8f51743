"""The ledger beside what was found. Pure: nothing is asked here.

lost         an acknowledged write is not there, or its task is as it was before
torn         a task holds parts of two writes, or a write of several tasks happened in part
doubled      a task, a number or an attempt's title is there twice
resurrected  a task that was put away or removed for good is there again
foreign      a task of somebody else
wrong        everything else, such as a refused write that happened
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from durability.crash.attempt import Attempt, State
from durability.crash.ledger import Ledger

KINDS = ("lost", "torn", "doubled", "resurrected", "foreign", "wrong")
Task = dict[str, Any]


@dataclass(frozen=True)
class Violation:
    """Something that must not be. `keys` are words by which the journal finds its history."""

    kind: str
    what: str
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind.upper()}: {self.what}"


@dataclass
class Found:
    """What a look brought: violations, and what became of the doubts."""

    violations: list[Violation] = field(default_factory=list)
    happened: list[Attempt] = field(default_factory=list)
    absent: list[Attempt] = field(default_factory=list)


def check(ledger: Ledger, user_id: str, present: list[Task], in_bin: list[Task]) -> Found:
    """Compares, and settles the doubts of `ledger` by what is there. `present` and `in_bin` are as the lists have them."""
    found = Found()
    everything = [*present, *in_bin]
    found.violations += _foreign(everything, user_id)
    found.violations += _twice("id", everything)
    found.violations += _twice("title", everything)
    found.violations += _twice("number", present)
    seen = {task["id"]: task for task in everything}
    for doubt in tuple(ledger.doubts):
        _resolve(doubt, ledger, seen, found)
    for key, state in ledger.tasks.items():
        found.violations += _compared(key, state, ledger, seen.get(key))
    found.violations += [_unexpected(task, ledger) for key, task in seen.items() if key not in ledger.tasks]
    return found


def state_of(task: Task) -> State:
    """How a task is."""
    return State(task["title"], task["description"], task["completed"], "deleted_at" in task)


def _foreign(tasks: list[Task], user_id: str) -> Iterator[Violation]:
    for task in tasks:
        if task["user_id"] != user_id:
            yield Violation("foreign", f"task {task['id']} of {task['user_id']}, seen by {user_id}", (task["id"],))


def _twice(name: str, tasks: list[Task]) -> Iterator[Violation]:
    for value, count in Counter(task[name] for task in tasks).items():
        if count > 1:
            yield Violation("doubled", f"{name} {value!r} is there {count} times", (str(value),))


def _resolve(doubt: Attempt, ledger: Ledger, seen: dict[str, Task], found: Found) -> None:
    """Wholly or not at all, by every task that it touches."""
    told: list[Task] = []
    after, before = 0, 0
    for key, state in doubt.changes.items():
        task = seen.get(key)
        now = state_of(task) if task else None
        after += now == state
        before += now == ledger.tasks[key]
        told += [task] if task else []
    born = {task["title"]: task for key, task in seen.items() if key not in ledger.tasks}
    for state in doubt.born:
        task = born.get(state.title)
        after += task is not None and state_of(task) == state
        before += task is None
        told += [task] if task else []
    touched = len(doubt.changes) + len(doubt.born)
    if touched and after == touched:
        found.happened.append(doubt)
        ledger.settle(doubt, told)
        return
    if before != touched:
        what = f"{doubt.name} is unknown: {after} of its {touched} tasks are as after it, {before} as before"
        found.violations.append(Violation("torn", what, (*doubt.changes, f"#{doubt.number}#")))
    found.absent.append(doubt)
    ledger.settle(doubt, None)


def _compared(key: str, state: State, ledger: Ledger, task: Task | None) -> Iterator[Violation]:
    keys = (key, state.title.partition(" ")[0])
    if task is None:
        yield Violation("lost", f"task {key} is not there; it must be {state}", keys)
        return
    now = state_of(task)
    if now != state:
        yield Violation(_kind_of_difference(now, state, ledger, key), f"task {key} is {now}, must be {state}", keys)
    elif state.answered is not None and task | state.answered != task and not state.deleted:
        yield Violation("wrong", f"task {key} is {task}, but was answered {state.answered}", keys)


def _kind_of_difference(now: State, state: State, ledger: Ledger, key: str) -> str:
    former = ledger.former[key]
    if now in former:
        return "resurrected" if state.deleted and not now.deleted else "lost"
    parts = {(one.title, one.description) for one in (*former, state)}
    return "wrong" if (now.title, now.description) in parts else "torn"


def _unexpected(task: Task, ledger: Ledger) -> Violation:
    keys = (task["id"], task["title"].partition(" ")[0])
    if task["id"] in ledger.gone:
        return Violation("resurrected", f"task {task['id']} was removed for good and is there: {task}", keys)
    return Violation("wrong", f"a task is there that no attempt accounts for: {task}", keys)
