"""The kinds of writes: what is sent, and what must come of it."""

import json
import random
from dataclasses import replace

from durability.crash.attempt import Attempt, State
from durability.crash.ledger import Ledger
from todo import rules

_TASKS = "/api/v1/tasks"
_PRESENT_MAX, _BIN_MAX = 40, 30
"""Tasks of a person; more are put into the bin, and the bin is emptied, so that hours of this do not grow."""
_BATCH = (2, 6)
_BY_NUMBER = 0.3
"""Share of the changes that name the task by its number."""
_WORDS = ("grün", "🌱🌱", "שלום", "مرحبا", "👩‍👩‍👧‍👦", '\\"quoted\\"', "naïve", "漢字", "\t", "🇩🇰", "x")


class Writes:
    """Of one person, chosen by `chance`."""

    def __init__(self, ledger: Ledger, chance: random.Random) -> None:
        self._ledger = ledger
        self._chance = chance
        self._makers = {
            "create": self._create,
            "create with key": self._create,
            "batch": self._batch,
            "batch with key": self._batch,
            "edit": self._edit,
            "toggle": self._toggle,
            "complete": self._complete,
            "delete": self._delete,
            "restore": self._restore,
            "clear": self._clear,
            "empty": self._empty,
            "invalid": self._invalid,
            "stale": self._stale,
        }

    def make(self, number: int, kind: str) -> Attempt:
        """Attempt `number`, of this kind, or of one that is possible now."""
        kind = self._possible(kind)
        attempt = self._makers[kind](number)
        attempt.kind = kind
        if kind.endswith("with key"):
            attempt.keyed, attempt.headers = True, f"Idempotency-Key: crash-{number}\r\n"
        return attempt

    def _possible(self, kind: str) -> str:
        present, in_bin = self._ledger.ids(deleted=False), self._ledger.ids(deleted=True)
        # Which tasks these two take the server decides: they need a ledger without doubts.
        if not self._ledger.doubts:
            if len(in_bin) > _BIN_MAX or (kind == "empty" and in_bin):
                return "empty"
            if kind == "clear" and any(self._ledger.tasks[key].completed for key in present):
                return "clear"
        if kind.startswith(("create", "batch")):
            return "delete" if len(present) > _PRESENT_MAX else kind
        if kind in {"invalid", *(("restore",) if in_bin else ())}:
            return kind
        return kind if present and kind not in {"restore", "clear", "empty"} else "create"

    def _create(self, number: int) -> Attempt:
        state = self._state(number)
        return Attempt(number, "", "POST", _TASKS, _json(state), expected=201, born=(state,))

    def _batch(self, number: int) -> Attempt:
        born = tuple(self._state(number, f" part {part}") for part in range(self._chance.randint(*_BATCH)))
        body = f'{{"tasks":[{",".join(map(_json, born))}]}}'
        return Attempt(number, "", "POST", f"{_TASKS}/batch", body, expected=201, born=born)

    def _edit(self, number: int) -> Attempt:
        key, before = self._any(deleted=False)
        after = replace(self._state(number), completed=before.completed)
        body = json.dumps({"title": after.title, "description": after.description}, ensure_ascii=False)
        return Attempt(number, "", "PATCH", self._path(key), body, changes={key: after})

    def _toggle(self, number: int) -> Attempt:
        key, before = self._any(deleted=False)
        after = replace(before, completed=not before.completed)
        return Attempt(number, "", "POST", f"{self._path(key)}/toggle", changes={key: after})

    def _complete(self, number: int) -> Attempt:
        key, before = self._any(deleted=False)
        after = replace(before, completed=not before.completed)
        body = json.dumps({"completed": after.completed})
        return Attempt(number, "", "PATCH", f"{self._path(key)}/complete", body, changes={key: after})

    def _delete(self, number: int) -> Attempt:
        key, before = self._any(deleted=False)
        return Attempt(
            number, "", "DELETE", self._path(key), expected=204, changes={key: replace(before, deleted=True)}
        )

    def _restore(self, number: int) -> Attempt:
        key, before = self._any(deleted=True)
        return Attempt(number, "", "POST", f"{_TASKS}/{key}/restore", changes={key: replace(before, deleted=False)})

    def _clear(self, number: int) -> Attempt:
        tasks = ((key, self._ledger.tasks[key]) for key in self._ledger.ids(deleted=False))
        changes: dict[str, State | None] = {key: replace(one, deleted=True) for key, one in tasks if one.completed}
        return Attempt(number, "", "DELETE", f"{_TASKS}?completed=true", changes=changes)

    def _empty(self, number: int) -> Attempt:
        changes: dict[str, State | None] = dict.fromkeys(self._ledger.ids(deleted=True))
        return Attempt(number, "", "DELETE", f"{_TASKS}/deleted", changes=changes)

    def _invalid(self, number: int) -> Attempt:
        body = json.dumps({"title": self._state(number).title, "description": None})
        return Attempt(number, "", "POST", _TASKS, body, expected=422)

    def _stale(self, number: int) -> Attempt:
        key, _ = self._any(deleted=False)
        body, headers = json.dumps({"title": self._state(number).title}), 'If-Match: "long ago"\r\n'
        return Attempt(number, "", "PATCH", self._path(key), body, headers, expected=412)

    def _any(self, *, deleted: bool) -> tuple[str, State]:
        key = self._chance.choice(self._ledger.ids(deleted=deleted))
        return key, self._ledger.tasks[key]

    def _path(self, key: str) -> str:
        answered = self._ledger.tasks[key].answered
        by_number = answered is not None and self._chance.random() < _BY_NUMBER
        return f"{_TASKS}/{answered['number'] if by_number and answered else key}"

    def _state(self, number: int, more: str = "") -> State:
        """Texts that no other attempt has, from end to end, so that parts of two would show."""
        title = f"#{number}#{more} {self._chance.choice(_WORDS)} end {number}"
        length = self._chance.randint(50, rules.DESCRIPTION_MAX)
        word = f"{self._chance.choice(_WORDS)} {number} "
        text = (word * (length // len(word) + 1))[:length]
        return State(title, text, self._chance.random() < 0.3)


def _json(state: State) -> str:
    fields = {"title": state.title, "description": state.description, "completed": state.completed}
    return json.dumps(fields, ensure_ascii=False)
