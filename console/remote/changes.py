"""Changes to an account: sent once, remembered, taken back."""

from collections.abc import Mapping
from typing import Any

from console.remote.client import Client, Problem
from console.remote.errors import OutcomeUnknown
from console.remote.history import History, new_key
from console.remote.wire import encoded, moved, understood
from todo.errors import ChangedMeanwhile, StorageError


class Changes:
    """The changes that are made from here. Sentences for the person, beside the answer, go to `notices`."""

    def __init__(self, client: Client, history: History, notices: list[str]) -> None:
        self._client = client
        self._history = history
        self._notices = notices

    def send(self, path: str, value: object) -> dict[str, Any]:
        """Make a change; the same one whose answer never came is not made twice. Raises `TodoError`."""
        body = encoded(value)
        pending = self._history.pending(path, body)
        key = pending or new_key()
        try:
            answer = self._client.write(path, body, key)
        except (OutcomeUnknown, KeyboardInterrupt):
            self._history.note_unknown(path, body, key)
            raise
        if pending:
            self._history.note_known(key)
        return answer

    def remember(self, name: str, path: str, body: object, was: Mapping[str, str] | None = None) -> None:
        """Note a change that was made, with the request that takes it back and what `updated_at` was before, by id."""
        try:
            self._history.remember({"name": name, "path": path, "body": body, "key": new_key(), "was": was or {}})
        except StorageError as error:
            self._history.lose()
            self._notices.append(f"This change cannot be undone: {error}")

    def take_back(self) -> str:
        """Take the last change back and say which it was. Raises `NothingToUndo` and `ChangedMeanwhile`."""
        with self._history.locked():
            change = self._history.last()
            try:
                answer = self._client.write(change["path"], encoded(change["body"]), change["key"])
            except (ChangedMeanwhile, Problem) as error:
                if isinstance(error, Problem) and error.status != 404:
                    raise
                raise ChangedMeanwhile(
                    f"{change['name']} cannot be undone: another program has changed its tasks since."
                ) from error
            try:
                with understood(self._client.account.server):
                    self._history.forget(change, moved(answer))
            except StorageError as error:
                self._history.lose()
                self._notices.append(f"No earlier change can be undone: {error}")
        return str(change["name"])
