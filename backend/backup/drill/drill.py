"""One disaster after the other, measured."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from backup.drill.disasters import DISASTERS, Disaster
from backup.drill.keyring import Keyring, in_the_clear, new_keyring
from backup.drill.ledger import Ledger, Writing
from backup.drill.outcome import Outcome, complaint
from backup.drill.seeding import seed
from backup.drill.stage import Stage
from backup.errors import BackupError
from backup.physical.scratch import remove_scratch

_WRITING = 2.0
"""Seconds of writing before each disaster."""
_RECEIVED = 120.0
"""Seconds after a start until changes wait for the receiver."""


def drill(
    folder: Path,
    command: Sequence[str],
    kinds: Sequence[str],
    tasks: int,
    say: Callable[[str], None],
    *,
    encrypted: bool,
    identity: Path | None = None,
) -> Iterator[Outcome]:
    """Disasters of these kinds, on `tasks` tasks in a new `folder` that is removed afterwards. Raises `BackupError`.

    Where all backups are `encrypted`, and else for the logical one, restores decrypt by `identity`, a file, or by a new key.
    """
    stage = Stage(folder, command)
    _clear(stage)
    folder.mkdir(mode=0o700, parents=True)
    try:
        stage.operator = Keyring(identity.absolute()) if identity else new_keyring(folder)
        stage.keys = stage.operator if encrypted else None
        say(f"Filling a database with {tasks} tasks")
        stage.serve()
        stage.sign_in(first=True)
        stage.ask(lambda connection: seed(connection, tasks))
        say("Making and verifying a backup")
        stage.run("backup", "create", "--physical")
        for kind in kinds:
            disaster = DISASTERS[kind]
            say(f"{disaster.kind}: {disaster.what}")
            try:
                outcome = _measured(stage, disaster)
            except BackupError as error:
                yield Outcome(kind, disaster.what, False, 0, 0, 0, 0, tasks, encrypted, str(error))
                return
            yield outcome
    finally:
        stage.stop()
        _clear(stage)


def _clear(stage: Stage) -> None:
    """What a drill that was killed has left is ended and removed."""
    if stage.place.data_dir.exists():
        remove_scratch(stage.place)
    shutil.rmtree(stage.folder, ignore_errors=True)


def _measured(stage: Stage, disaster: Disaster) -> Outcome:
    if stage.backups != disaster.backups:
        stage.stop()
        stage.backups = disaster.backups
        stage.serve()
    if disaster.backups == "on":
        _wait_for_receiver(stage)
    disaster.before(stage)
    if stage.keys:
        stage.keys.note_signer(stage.place.data_dir)
    ledger = Ledger()
    before = stage.ask(_count)
    writing = Writing(stage.url, stage.sign_in(), ledger)
    time.sleep(_WRITING)
    if disaster.paused:
        writing.end()
    began = time.monotonic()
    disaster.repair(stage, disaster.strike(stage))
    rto = stage.first_write(began)
    writing.end()
    found = stage.ask(lambda connection: _titles(connection, list(ledger.acknowledged)))
    after = stage.ask(_count)
    lost, rpo = len(ledger.lost(found)), ledger.rpo(found)
    encrypted = stage.keys is not None
    why = complaint(disaster.promised_rpo(encrypted=encrypted), ledger, before, after - len(found), lost, rpo, rto)
    if stage.keys and (clear := in_the_clear(stage.root)):
        why = f"{clear[0]} is not encrypted"
    counts = (len(ledger.acknowledged), lost, after)
    return Outcome(disaster.kind, disaster.what, why is None, rto, rpo, *counts, encrypted, why)


def _wait_for_receiver(stage: Stage) -> None:
    deadline = time.monotonic() + _RECEIVED
    while not stage.ask(_is_received):
        if time.monotonic() > deadline:
            raise BackupError("Changes do not wait for the log's receiver beside the drill's server.")
        time.sleep(0.1)


async def _is_received(connection: Any) -> bool:
    found: bool = await connection.fetchval(
        "select exists (select from pg_stat_replication where application_name = 'todo_receiver' and sync_state = 'sync')"
    )
    return found


async def _count(connection: Any) -> int:
    count: int = await connection.fetchval("select count(*) from todo.tasks")
    return count


async def _titles(connection: Any, ids: list[str]) -> dict[str, str]:
    rows = await connection.fetch("select id::text, title from todo.tasks where id = any($1::text[]::uuid[])", ids)
    return {row["id"]: row["title"] for row in rows}
