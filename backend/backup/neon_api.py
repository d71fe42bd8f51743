"""Neon's REST API: one call at a time, repeated where that is safe, and finished only when its operations are.

Sources: neon.com/docs/reference/api (branches, snapshots, operations), read in 2026; tried against a stand-in only.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from backup.errors import BackupError

BASE = "https://console.neon.tech/api/v2"
CALL_SECONDS = 30.0
OPERATIONS_SECONDS = 600.0
"""How long the operations of one call may take."""
_TRIES = 6
_POLL_SECONDS = 1.0
_LONGEST_PAUSE = 60.0
_AGAIN = {423, 429, 503}
"""Nothing happened: another operation is running on the branch, too many calls, or the service is away."""
_DONE = {"finished", "skipped"}
_FAILED = {"failed", "error", "cancelled"}


class Neon:
    """One project. The key goes into one header, and into no message."""

    def __init__(self, key: str, project: str, base: str = BASE) -> None:
        self._key = key
        self._base = f"{base}/projects/{quote(project, safe='')}"

    def get(self, path: str) -> Any:
        return self._call("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The answer, when everything that it began has ended."""
        return self._finished(self._call("POST", path, body))

    def delete(self, path: str) -> Any:
        return self._finished(self._call("DELETE", path, None))

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        for attempt in range(_TRIES):
            try:
                return self._once(method, path, body)
            except urllib.error.HTTPError as error:
                if error.code not in _AGAIN or attempt == _TRIES - 1:
                    raise BackupError(f"Neon refuses {method} {path}: {error.code} {_message(error)}") from None
                time.sleep(_pause(error.headers.get("Retry-After"), attempt))
            except (OSError, ValueError) as error:
                # Whether a call that changes something arrived is not known: only reading is repeated.
                if method != "GET" or attempt == _TRIES - 1:
                    reason = getattr(error, "reason", None) or error
                    raise BackupError(
                        f"Neon does not answer {method} {path} ({reason}): look at the project's branches before trying again."
                    ) from None
                time.sleep(_pause(None, attempt))
        raise AssertionError

    def _once(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the address is https, or a test's
            self._base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._key}",
                "Accept": "application/json",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=CALL_SECONDS) as answer:  # noqa: S310 # nosec B310
            content = answer.read()
        return json.loads(content) if content else {}

    def _finished(self, answer: Any) -> Any:
        deadline = time.monotonic() + OPERATIONS_SECONDS
        for operation in answer.get("operations") or []:
            status = operation.get("status")
            while status not in _DONE:
                if status in _FAILED:
                    raise BackupError(f"Neon's operation {operation.get('action')} ended as {status}.")
                if time.monotonic() > deadline:
                    raise BackupError(
                        f"Neon's operation {operation.get('action')} has not ended in {OPERATIONS_SECONDS:.0f} s."
                    )
                time.sleep(_POLL_SECONDS)
                found = self.get(f"/operations/{operation['id']}")
                status = found["operation"]["status"]
        return answer


def _pause(retry_after: str | None, attempt: int) -> float:
    """Seconds: what Neon asks for, else 1, 2, 4, ..."""
    if retry_after is not None and retry_after.strip().isdecimal():
        return min(float(retry_after), _LONGEST_PAUSE)
    return float(2**attempt)


def _message(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read(10_000)).get("message", ""))[:300]
    except (OSError, ValueError, AttributeError):
        return ""
