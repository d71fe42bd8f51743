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


def verified_digests(place: Place, *, encrypted: bool = False) -> set[str]:
    """The manifests of the backups whose last verification was good; with `encrypted` only of those that were not verified
    before they were encrypted."""
    last = {str(event.get("manifest_sha256")): event for event in events(place, VERIFIED)}
    good = {digest: event for digest, event in last.items() if event.get("good") is True}
    return {digest for digest, event in good.items() if not (encrypted and event.get("before_encryption"))}


def failed(place: Place) -> set[str]:
    """The ids of the backups whose last verification was not good."""
    last = {str(event.get("backup")): event.get("good") is True for event in events(place, VERIFIED)}
    return {name for name, good in last.items() if not good}
