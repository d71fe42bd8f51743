"""The PostgreSQL inside, as a server runs it: with its log received, and a backup made and verified every day."""

import contextlib
from collections.abc import Iterator

from api.database.embedded import Postgres, running
from api.settings import Settings
from backup.physical.beside import Plan, looking_after, receiving
from server.backup.daily import COMMAND
from server.backup.places import keys_of


@contextlib.contextmanager
def database_inside(settings: Settings) -> Iterator[Postgres]:
    """It answers while the context lasts. Raises `EmbeddedError` on entering."""
    plan = Plan(
        data_dir=settings.data_dir,
        root=settings.backup_folder,
        keys=keys_of(settings),
        receive=settings.backups == "on",
        synchronous=settings.wal_sync == "on",
        keep=settings.backups != "off",
        budget=settings.backup_budget_mb * 2**20,
        command=(*COMMAND, "backup", "create", "--physical", "--gently", "--data-dir", str(settings.data_dir)),
    )
    # The log is received until PostgreSQL has ended, for it sends its last lines then.
    with contextlib.ExitStack() as after, running(settings.data_dir, serving=True) as postgres:
        after.enter_context(receiving(plan))
        with looking_after(plan):
            yield postgres
