"""`history.jsonl` of a place: one object a line, for every backup that was verified and every drill, good or not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from backup.place import Place

VERIFIED = "verified"
RESTORED = "restored"
DRILLED = "drill"


def record(place: Place, what: str, backup: str | None, *, good: bool, **figures: Any) -> None:
    """One event more. `what` is `verified`, `restored` or `drill`, whose `figures` name its `kind`."""
    place.append(
        orjson.dumps({"at": datetime.now(UTC).isoformat(), "what": what, "backup": backup, "good": good, **figures})
    )


def events(place: Place, what: str | None = None) -> Iterator[dict[str, Any]]:
    """The oldest first. A line that a power failure cut is left out."""
    for line in place.lines():
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(event, dict) and what in (None, event.get("what")):
            yield event


def verified_digests(place: Place) -> set[str]:
    """The manifests of the backups whose last verification was good."""
    last = {str(event.get("manifest_sha256")): event.get("good") is True for event in events(place, VERIFIED)}
    return {digest for digest, good in last.items() if good}
