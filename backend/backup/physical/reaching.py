"""A laid out cluster, replayed to its moment; what could not be read of the log is never left out in silence."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from api.database.embedded.account import Account
from api.database.embedded.place import Place
from backup.errors import BackupError
from backup.physical.moment import Moment
from backup.physical.pages import PAGE, SEGMENT_BYTES, beginnings, is_torn, number_of, written
from backup.physical.replay import segments
from backup.physical.scratch import Scratch, TargetNotReached, recovered
from backup.physical.store import Store, is_segment

_MUCH = 8
"""Segments; no record of ours is so long."""


@dataclass(frozen=True)
class Log:
    """The log of `store`, and of `own`, the pg_wal of the cluster of now. `gap` is what is wrong
    where it does not go on, as `stage` returns it."""

    store: Store
    own: Path | None
    gap: str | None


@dataclass(frozen=True)
class _Tail:
    """The last segments, as one, and where what is written in them ends, in bytes of log; where each segment came from, by its
    number; whether the last may hold something older."""

    sources: dict[int, Path]
    content: bytes
    until: int
    reused: bool

    @property
    def start(self) -> int:
        return -(-self.until // SEGMENT_BYTES) * SEGMENT_BYTES - len(self.content)


def reach(stack: contextlib.ExitStack, scratch: Place, account: Account, moment: Moment, log: Log) -> Scratch:
    """It runs until the stack ends. Raises `BackupError` where the log does not lead to the moment, or cannot be read to its
    end."""
    tail = _tail(scratch.cluster / "pg_wal", log)
    if moment.target:
        try:
            return stack.enter_context(recovered(scratch, account, moment.target, durable=False))
        except TargetNotReached:
            if log.gap is not None or moment.time is None:
                raise BackupError(
                    f"{log.gap or 'The log ends'}: {moment} cannot be reached. Choose an earlier moment."
                ) from None
    # To the log's end: nothing was committed between that and the moment.
    running = stack.enter_context(recovered(scratch, account, {}, durable=False))
    end, last_commit = asyncio.run(_reached(running))
    if tail and (moment.time is None or last_commit is None or moment.time > last_commit):
        _refuse_unread(tail, end, last_commit)
    return running


async def _reached(scratch: Scratch) -> tuple[int, datetime | None]:
    """Where the last record ended that was replayed, in bytes of log, and when the last transaction was committed."""
    connection = await scratch.connect()
    try:
        row = await connection.fetchrow(
            "select pg_last_wal_replay_lsn() - '0/0'::pg_lsn as position, pg_last_xact_replay_timestamp() as committed"
        )
        return int(row["position"]), row["committed"]
    finally:
        await connection.close(timeout=5)


def _tail(folder: Path, log: Log) -> _Tail | None:
    """What is staged in `folder`, before recovery changes that. None where nothing can be said: what is encrypted is signed as
    well, and its newest piece was read while it was being written."""
    sources, began = segments(log.store, log.own), beginnings(folder)
    paths = sorted(path for path in folder.iterdir() if is_segment(path.name))
    # Of the same piece of log on two timelines the newer counts, and what an older one goes on with was left.
    staged = {number_of(path.name): path for path in paths}
    for path in reversed([path for path in paths if path.name[:8] == paths[-1].name[:8]]):
        number = number_of(path.name)
        source = sources.get(path.name, path)
        if source.suffix == ".age":
            return None
        reused = source.parent == log.own
        until = written(path.name, path.read_bytes(), log.store.system, began, reused=reused)
        if until:
            numbers = [each for each in range(number - _MUCH, number + 1) if each in staged]
            content = b"".join(staged[each].read_bytes() for each in numbers)
            return _Tail({each: sources.get(staged[each].name, path) for each in staged}, content, until, reused)
    return None


def _refuse_unread(tail: _Tail, end: int, last_commit: datetime | None) -> None:
    if tail.until <= end or (tail.reused and tail.until <= (end // PAGE + 1) * PAGE):
        return  # PostgreSQL writes whole pages, also with records in them that were not finished when it was killed
    if end >= tail.start and is_torn(tail.content, tail.start, end, tail.until):
        return
    before = f"`--at {last_commit.astimezone(UTC).isoformat()}`" if last_commit else "`--at` with a moment before it"
    where = tail.sources.get(end // SEGMENT_BYTES, "the log")
    raise BackupError(
        f"The last {-(-(tail.until - end) // 1024)} KB of the log cannot be read: {where} is damaged at"
        f" {end % SEGMENT_BYTES // 1024} KB, and what was acknowledged after that would be lost. Put it back from a copy, or"
        f" restore all before it by {before}."
    )
