"""A data directory whose cluster an older major version of PostgreSQL made: its rows into a new cluster, by a logical backup.

The new cluster is made beside the old one, which is set aside only when every row has been compared.
"""

import asyncio
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.database.embedded import binaries, running
from api.database.embedded.account import account_for
from api.database.embedded.place import Place
from api.database.url import parse_url
from api.settings import Settings
from backup import creating, verifying
from backup.physical.placing import put_in_place
from backup.physical.restore import nobody_works
from backup.place import made_at
from backup.replacing import check_room
from backup.scratch import throw_away_if_left
from backup.trust import opened
from server.backup.places import place_of
from server.backup.progress import shown
from server.upgrade.back import to_older
from server.upgrade.migrating import look
from server.upgrade.old_server import old_server
from server.upgrade.rehearsal import newest_logical
from server.upgrade.report import Report, UpgradeError

_FOLDER = "upgrading"


def older_major(settings: Settings) -> str | None:
    """The version that made the cluster, where it is another one than ours."""
    if settings.database_url is not None:
        return None
    try:
        found = (settings.data_dir / "postgres" / "PG_VERSION").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    if not found.isdecimal() or int(found) == binaries.major_version():
        return None
    if int(found) > binaries.major_version():
        raise UpgradeError(
            f"{settings.data_dir}/postgres was made by PostgreSQL {found}, and this is PostgreSQL"
            f" {binaries.major_version()}: use a version of todo-server that is at least as new as the one that made it."
        )
    return found


def move(settings: Settings, major: str, old_bin: Path | None, chosen: str | None, identities: Sequence[Any]) -> Report:
    """From the live rows with the old programs in `old_bin`, or from the verified logical backup `chosen`.

    Raises `UpgradeError` and `BackupError`; the old cluster is in its place then.
    """
    place, backups, began = Place(settings.data_dir.resolve()), place_of(settings), time.monotonic()
    if (old_bin is None) == (chosen is None):
        raise UpgradeError(_which(settings, major))
    if chosen is not None and chosen != newest_logical(backups):
        raise UpgradeError(
            f"{chosen} is not the newest verified logical backup in {backups}: see `todo-server backup list`."
        )
    with nobody_works(place):
        name = chosen or _backed_up(settings, place, major, old_bin, identities)
        prepared = time.monotonic() - began
        report = Report(rehearsed=False, backup=name, prepare_seconds=prepared, moved_from=major)
        with opened(backups, name, settings.data_dir, (), has_key=bool(identities)) as backup:
            check_room(settings.data_dir, backup)
            report.revision_before = report.revision_after = backup.manifest.schema_revision
            report.tables = [
                {"table": one.table, "rows": one.rows, "rewritten": False} for one in backup.manifest.tables
            ]
            folder = _new_folder(place)
            with running(folder) as postgres, shown("restoring") as progress:
                target = parse_url(postgres.url)
                verifying.fill_empty(target, backup, identities, progress)
                report.findings = asyncio.run(look(target))
        if not report.ok:
            raise UpgradeError(f"The new cluster is not good ({report.worst}): the old one is in its place.")
        aside = put_in_place(Place(folder), place)
        tidy(place.data_dir)
    if chosen:
        report.lost = (
            f"What was written after {made_at(chosen):%Y-%m-%d %H:%M:%S} UTC is not in it: it is in {aside} alone."
        )
    if aside is not None:
        report.back = to_older(aside, place.cluster)
    return report


def tidy(data_dir: Path) -> None:
    """Throws away what one that was killed has left beside the cluster."""
    folder = data_dir / _FOLDER
    if folder.exists():
        throw_away_if_left(folder)


def _which(settings: Settings, major: str) -> str:
    newest = newest_logical(place_of(settings))
    other = (
        f"--from-backup {newest} takes the rows of that backup, without what came after it"
        if newest
        else ("there is no verified logical backup (`todo-server backup create`, by the version before)")
    )
    return (
        f"{settings.data_dir}/postgres was made by PostgreSQL {major}: --old-bin DIR with the programs of PostgreSQL {major}"
        f" moves every row of it, or {other}."
    )


def _backed_up(settings: Settings, place: Place, major: str, old_bin: Path | None, identities: Sequence[Any]) -> str:
    if settings.backup_recipients and not identities:
        raise UpgradeError("The backup would be encrypted, and only --identity with the private key can verify it.")
    backups = place_of(settings)
    with old_server(place, account_for(place), old_bin or Path(), major) as target, shown("backing up") as progress:
        made = creating.create(target, backups, settings.data_dir, settings.backup_recipients, progress, older=True)
    verifying.verify(backups, made.id, settings.data_dir, identities, as_then=True)
    return made.id


def _new_folder(place: Place) -> Path:
    """A data directory beside, with the same passwords."""
    tidy(place.data_dir)
    folder = place.data_dir / _FOLDER
    folder.mkdir(mode=0o700)
    shutil.copytree(place.superuser_password.parent, folder / "secrets")
    return folder
