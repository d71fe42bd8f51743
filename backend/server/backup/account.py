"""`backup restore --user EMAIL --at TIME --into-now`."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import orjson

from api.database.url import Target
from api.settings import Settings
from backup import history
from backup.account import bring_back
from backup.account_tasks import BroughtBack
from backup.dumping import connected
from backup.errors import BackupError
from backup.manifest import NAME, digest_of
from backup.place import LOGICAL, Place, made_at
from backup.trust import opened
from backup.verifying import restored_aside
from server.backup.progress import shown
from server.connection import a_target, direct_target


def restore_account(
    settings: Settings,
    place: Place,
    email: str,
    at: str | None,
    backup_id: str | None,
    identities: list[Any],
    signed_by: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Brings the tasks of one person back, from the named backup or the newest good one before a moment."""
    name = backup_id or newest_before(place, moment(at or ""))
    with (
        opened(place, name, settings.data_dir, signed_by, has_key=bool(identities)) as backup,
        shown("restoring") as progress,
        restored_aside(backup, settings.data_dir, identities, progress) as aside,
        a_target(settings) as target,
    ):
        report = asyncio.run(from_restored(aside, direct_target(settings, target), email))
    tell(report, email, made_at(name), name, as_json=as_json)


def tell(report: BroughtBack, email: str, when: datetime, name: str | None, *, as_json: bool) -> None:
    """What was brought back from `when`, out of the backup `name` or, without one, from exactly that moment."""
    if as_json:
        click.echo(orjson.dumps({"id": name, "from": f"{when:%Y-%m-%dT%H:%M:%SZ}", **report.as_object()}))
        return
    source = name or "exactly then"
    click.echo(
        f"{email} as of {when:%Y-%m-%d %H:%M:%S} UTC ({source}): {report.then} task{'' if report.then == 1 else 's'} then"
    )
    click.echo(
        f"{report.came_back} came back ({report.renumbered} under another number), {report.set_back} are as they were (their"
        f" later texts are in the bin), {report.unchanged} were unchanged, {report.made_since} made since stay"
    )
    click.echo(f"The {report.others_rows} rows of everybody else are the same before and after.")


async def from_restored(aside: Target, now: Target, email: str) -> BroughtBack:
    """The same from any restored database of that moment, also one that a physical backup gave."""
    async with connected(aside) as then:
        return await bring_back(then, now, email)


def moment(text: str) -> datetime:
    """A point in time, with its zone. Raises `BackupError`."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise BackupError(f"{text!r} is no time: it should look like 2026-11-22T15:00:00Z.") from None
    if parsed.tzinfo is None:
        raise BackupError(
            f"{text!r} does not say in which zone: write {parsed.isoformat()}Z for UTC, or"
            f" {parsed.astimezone().isoformat()} for the time of this machine."
        )
    return parsed


def newest_before(place: Place, when: datetime) -> str:
    """The newest verified backup that was made before that. Raises `BackupError` where there is none."""
    verified = history.verified_digests(place)
    for name in reversed(place.ids(LOGICAL)):
        if made_at(name) <= when and _digest(place, name) in verified:
            return name
    raise BackupError(
        f"There is no verified backup from before {when:%Y-%m-%dT%H:%M:%S%z}: see `todo-server backup list`."
    )


def _digest(place: Place, name: str) -> str | None:
    with place.reading(LOGICAL, name, NAME) as folder:
        try:
            return digest_of(Path(folder))
        except FileNotFoundError:
            return None
