"""What must be there, of one person. Kept outside the database, from what was answered alone."""

from collections import defaultdict, deque
from dataclasses import replace
from typing import Any

from durability.crash.attempt import Attempt, Outcome, State

_REMEMBERED = 20
"""Former states of a task, to tell what kind of wrong something is."""


class Ledger:
    """Tasks by id, and the attempts of which nobody knows whether they happened."""

    def __init__(self) -> None:
        self.tasks: dict[str, State] = {}
        self.former: defaultdict[str, deque[State]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
        self.gone: set[str] = set()
        self.doubts: list[Attempt] = []

    @property
    def doubted(self) -> set[str]:
        """Ids that must be left alone until it is known."""
        return {task_id for doubt in self.doubts for task_id in doubt.changes}

    def ids(self, *, deleted: bool) -> list[str]:
        """Of the tasks that may be written to: those in the bin, or the others."""
        doubted = self.doubted
        return [key for key, state in self.tasks.items() if state.deleted is deleted and key not in doubted]

    def end(self, attempt: Attempt, outcome: Outcome, reason: str, tasks: list[dict[str, Any]] | None = None) -> None:
        """Notes how it ended; `tasks` are those of the answer."""
        attempt.outcome, attempt.reason = outcome, reason
        if outcome is Outcome.UNKNOWN:
            self.doubts.append(attempt)
        elif outcome is Outcome.ACKNOWLEDGED:
            self.happened(attempt, tasks or [])

    def happened(self, attempt: Attempt, tasks: list[dict[str, Any]]) -> None:
        """From now on everything must be as it is after this attempt."""
        told = {task["id"]: task for task in tasks}
        for key, state in attempt.changes.items():
            self._put(key, replace(state, answered=told.get(key)) if state else None)
        if attempt.born:
            by_title = {task["title"]: task for task in tasks}
            for state in attempt.born:
                task = by_title[state.title]
                self._put(task["id"], replace(state, answered=task))

    def settle(self, doubt: Attempt, tasks: list[dict[str, Any]] | None) -> None:
        """The doubt is over: it happened, and `tasks` are how it is now; or it did not (None)."""
        self.doubts.remove(doubt)
        if tasks is not None:
            self.happened(doubt, tasks)

    def _put(self, key: str, state: State | None) -> None:
        before = self.tasks.pop(key, None)
        if before is not None:
            self.former[key].append(before)
        if state is None:
            self.gone.add(key)
            self.former.pop(key, None)
        else:
            self.tasks[key] = state
