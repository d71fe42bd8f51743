"""`push`: the tasks of the local file into the account, once each, and read back."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Any, cast

from console import streams
from console.contents import Contents, Entry
from console.remote.account import Account
from console.remote.client import Client
from console.remote.history import new_key
from console.remote.tasks import RemoteTasks
from console.remote.wire import encoded, understood
from console.task import Task
from todo.errors import TodoError
from todo.records import to_utc

_RECORDS, _BYTES = 1_000, 2_000_000
"""In one request; the server takes as many records, and 2 MiB."""
_PATIENCE = 120.0
"""Seconds to wait in all for a server that is busy or wants a pause."""


@dataclass(slots=True)
class Pushed:
    """What became of the user's records: imported, already there and rejected add up to the total.

    `rejected` holds position in the file, from 1, and reason; `renumbered` former and new number.
    """

    total: int
    imported: int = 0
    already_there: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)
    renumbered: list[tuple[int, int]] = field(default_factory=list)


def push(contents: Contents, account: Account, *, dry_run: bool) -> Pushed:
    """Send the records. What an interrupted push has sent is there already the next time. Raises `TodoError`."""
    client = Client(account, _PATIENCE)
    entries, rejected = contents.tasks(), contents.rejects()
    pushed = Pushed(len(entries) + len(rejected), rejected=rejected)
    zone_name = _zone_name() if any(_lacks_zone(entry) for entry in entries) else "UTC"
    options = {"skip_invalid": True, "timezone": zone_name}
    path = "/api/v1/tasks/import/preview" if dry_run else "/api/v1/tasks/import"
    sent: list[tuple[Sequence[Entry], Mapping[str, Any]]] = []
    done = 0
    for chunk in _chunks(entries, pushed):
        answer = client.write(path, _body(chunk, options), new_key())
        with understood(account.server):
            _take(pushed, chunk, answer)
        sent.append((chunk, answer))
        done += len(chunk)
        _tell(done, len(entries))
    pushed.rejected.sort()
    if pushed.imported and not dry_run:
        _verify(sent, {task.id: task for task in RemoteTasks(account, client).find()}, _zone(zone_name))
    return pushed


def _chunks(entries: Sequence[Entry], pushed: Pushed) -> Iterator[Sequence[Entry]]:
    # The highest number goes first: what must be renumbered gets one above it, and so takes none of a later record.
    last = max(entries, key=lambda entry: entry.record.number, default=None)
    chunk: list[Entry] = []
    size = 0
    for entry in sorted(entries, key=lambda entry: (entry is not last, entry.position)):
        length = len(entry.text.encode("utf-8", "backslashreplace")) + 1
        if length > _BYTES:
            pushed.rejected.append((entry.position + 1, "The record is too large to be sent."))
            continue
        if chunk and (len(chunk) == _RECORDS or size + length > _BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(entry)
        size += length
    if chunk:
        yield chunk


def _body(chunk: Sequence[Entry], options: Mapping[str, object]) -> bytes:
    # The records as the file spells them: values alone would lose spellings that the server keeps.
    records = ",".join(entry.text for entry in chunk).encode("utf-8", "backslashreplace")
    return b'{"tasks":[%b],%b' % (records, encoded(options)[1:])


def _take(pushed: Pushed, chunk: Sequence[Entry], answer: Mapping[str, Any]) -> None:
    pushed.imported += answer["imported"]
    pushed.already_there += answer["already_there"]
    pushed.rejected += [(chunk[one["position"] - 1].position + 1, one["reason"]) for one in answer["rejected"]]
    pushed.renumbered += [(one["from"], one["to"]) for one in answer["renumbered"]]


def _verify(
    sent: Sequence[tuple[Sequence[Entry], Mapping[str, Any]]], tasks: Mapping[int, Task], zone: tzinfo | None
) -> None:
    """Raises `TodoError` unless each record that was imported now is a task with the same fields."""
    for chunk, answer in sent:
        renumbered = {one["from"]: one["to"] for one in answer["renumbered"]}
        differing = sorted(
            entry.position + 1
            for entry in chunk
            if not _same(entry, tasks.get(renumbered.get(entry.record.number, entry.record.number)), zone)
        )
        # What was there already may have been changed since, and what was rejected is nowhere.
        if len(chunk) - len(differing) < answer["imported"]:
            positions = ", ".join(map(str, differing[:10]))
            raise TodoError(f"What was read back differs from the file, or was changed meanwhile: records {positions}.")


def _same(entry: Entry, task: Task | None, zone: tzinfo | None) -> bool:
    record = entry.record
    return task is not None and (
        (record.title, record.description, record.completed) == (task.title, task.description, task.completed)
        and all(
            kept is None or to_utc(name, kept, zone) == getattr(task, name)
            for name, kept in (("created_at", record.created_at), ("updated_at", record.updated_at))
        )
    )


def _lacks_zone(entry: Entry) -> bool:
    return any(
        moment is not None and moment.tzinfo is None for moment in (entry.record.created_at, entry.record.updated_at)
    )


def _zone_name() -> str:
    """The machine's zone as the IANA database names it. Raises `TodoError` where it has no name."""
    name = os.environ.get("TZ", "").removeprefix(":")
    local = Path("/etc/localtime")
    if not name:
        name = os.path.realpath(local).partition("zoneinfo/")[2] if local.exists() else "UTC"
    if name in {"Etc/UTC", "UTC0"}:
        name = "UTC"
    if name != "UTC" and _zone(name) is None:
        raise TodoError("The file has times without zone, and this machine's zone has no name: set TZ=Europe/Berlin.")
    return name


def _zone(name: str) -> tzinfo | None:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None


def _tell(done: int, total: int) -> None:
    if total > _RECORDS and sys.stderr is not None and cast("Any", sys.stderr).isatty():
        streams.write(sys.stderr, f"\r{done} of {total}" + ("\n" if done == total else ""))
