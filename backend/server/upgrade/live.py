"""Backup, migration, check: each step begins when the one before it is good."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from api.database.schema import REVISION
from api.database.url import Target, parse_url
from api.settings import Settings
from backup import creating as logical
from backup import verifying
from backup.physical.moment import name_moment
from backup.replacing import no_server
from server.backup.making import make
from server.backup.places import place_of
from server.backup.progress import shown
from server.backup.site import Site, a_site
from server.connection import direct_target
from server.upgrade import back, older
from server.upgrade.migrating import migrated, revision_at
from server.upgrade.report import Report, UpgradeError

STOP_IT = "stop it, upgrade, and start it again; --rehearse runs beside it."


def upgrade_inside(settings: Settings) -> Report:
    """The database inside, while no server runs. Raises `UpgradeError` and `BackupError`; the database is as before then."""
    with no_server(settings.data_dir, STOP_IT), a_site(settings.data_dir) as site:
        target = parse_url(site.postgres.url)
        revision = revision_at(target)
        began = time.monotonic()
        if revision == REVISION:
            older.tidy(settings.data_dir)
            return _done(target, Report(rehearsed=False, back=back.from_inside(site.store, settings.data_dir)))
        made = make(site, full=False, say=lambda _: None)
        name = _named(site, revision)
        report = Report(
            rehearsed=False,
            backup=made.id,
            prepare_seconds=time.monotonic() - began,
            back=back.to_name(name, settings.data_dir, encrypted=bool(made.recipients)),
        )
        return _done(target, report)


def _named(site: Site, revision: str) -> str:
    name = f"before-{REVISION}-from-{revision}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    asyncio.run(name_moment(site.store, site.postgres.superuser_url, name))
    return name


def upgrade_named(settings: Settings, configured: Target, identities: Sequence[Any]) -> Report:
    """The database of the URL. Raises as `upgrade_inside` does."""
    target = direct_target(settings, configured)
    place = place_of(settings)
    if revision_at(target) == REVISION:
        return _done(target, Report(rehearsed=False, back=back.from_named(place, str(target))))
    if settings.backup_recipients and not identities:
        raise UpgradeError(
            "The backup before would be encrypted, and only --identity with the private key can verify it: nothing was done."
        )
    began = time.monotonic()
    with shown("backing up") as progress:
        made = logical.create(target, place, settings.data_dir, settings.backup_recipients, progress, older=True)
    with shown("restoring") as progress:
        verifying.verify(place, made.id, settings.data_dir, identities, (), None, progress, as_then=True)
    report = Report(rehearsed=False, backup=made.id, prepare_seconds=time.monotonic() - began)
    report.back = back.to_backup(made.id)
    return _done(target, report)


def _done(target: Target, report: Report) -> Report:
    migrated(target, report)
    return report
