"""What happens in a drill, and how it is put right: each takes the stage with people writing, and leaves it serving again."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from backup.drill import repairs
from backup.drill.stage import Stage
from backup.errors import BackupError

_PAGE = 8192


@dataclass(frozen=True)
class Disaster:
    """`strike` returns what `repair` needs. `rpo`, in seconds, is what we promise; everybody writes until it strikes,
    or, where `paused`, until just before. `before` makes what only this disaster needs. Where backups are encrypted, what is
    just being received lies in the data directory, and is encrypted every few seconds: `encrypted_rpo` is promised then."""

    kind: str
    what: str
    strike: Callable[[Stage], str]
    repair: Callable[[Stage, str], None]
    rpo: float
    paused: bool = False
    encrypted_rpo: float | None = None
    backups: str = "on"
    before: Callable[[Stage], None] = repairs.nothing_before

    def promised_rpo(self, *, encrypted: bool) -> float:
        """Seconds."""
        return self.rpo if self.encrypted_rpo is None or not encrypted else self.encrypted_rpo


def _kill(stage: Stage) -> str:
    stage.kill()
    return ""


def _lose_data_directory(stage: Stage) -> str:
    stage.kill()
    shutil.rmtree(stage.place.data_dir)
    return ""


def _lose_all_but_logical(stage: Stage) -> str:
    _lose_data_directory(stage)
    for folder in ("physical", "wal"):
        shutil.rmtree(stage.root / folder)
    return ""


def _delete_everything(stage: Stage) -> str:
    async def delete(connection: Any) -> str:
        before: str = await connection.fetchval("select to_char(clock_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.USOF')")
        await connection.execute("delete from todo.tasks")
        return before

    moment: str = stage.ask(delete)
    return moment


def _truncate_newest_log(stage: Stage) -> str:
    async def position(connection: Any) -> str:
        name: str = await connection.fetchval("select pg_walfile_name(pg_current_wal_lsn())")
        return name

    name = stage.ask(position)
    stage.kill()
    # People went on writing, perhaps into the segments after it: those go as well.
    for path in sorted((stage.place.cluster / "pg_wal").glob("0*")):
        if path.is_file() and path.name == name:
            os.truncate(path, path.stat().st_size // 2)
        elif path.is_file() and path.name > name:
            path.unlink()
    return ""


def _flip_page(stage: Stage) -> str:
    async def where(connection: Any) -> str:
        await connection.execute("checkpoint")
        path: str = await connection.fetchval("select pg_relation_filepath('todo.tasks')")
        return path

    path = stage.place.cluster / stage.ask(where)
    stage.kill()
    _flip(path)
    stage.serve()
    _refuse_unnoticed(stage)
    return ""


def _flip(path: Path) -> None:
    with path.open("r+b") as file:
        middle = path.stat().st_size // _PAGE // 2 * _PAGE + _PAGE // 2
        file.seek(middle)
        byte = file.read(1)
        file.seek(middle)
        file.write(bytes([byte[0] ^ 0x10]))


def _refuse_unnoticed(stage: Stage) -> None:
    async def read(connection: Any) -> bool:
        try:
            await connection.fetchval("select sum(length(t::text)) from todo.tasks t")
        except asyncpg.DataCorruptedError:
            return True
        return False

    if not stage.ask(read):
        raise BackupError("A page was changed on the disk, and PostgreSQL did not notice.")


DISASTERS = {
    each.kind: each
    for each in (
        Disaster("kill", "server and PostgreSQL killed, the data kept", _kill, repairs.start, 0),
        Disaster("lost", "the data directory lost", _lose_data_directory, repairs.restore_latest, 0, encrypted_rpo=60),
        Disaster(
            "lost-archive",
            "the same without the receiver",
            _lose_data_directory,
            repairs.restore_latest,
            60,
            backups="archive",
        ),
        Disaster(
            "deleted", "every task deleted by mistake", _delete_everything, repairs.restore_moment, 0, paused=True
        ),
        Disaster("truncated", "the newest log truncated", _truncate_newest_log, repairs.restore_latest, 0),
        Disaster("flipped", "a page of the tasks changed on the disk", _flip_page, repairs.restore_after_stop, 0),
        Disaster(
            "logical",
            "all lost but the last logical backup",
            _lose_all_but_logical,
            repairs.restore_logical,
            24 * 3600,
            before=repairs.make_logical,
        ),
    )
}
