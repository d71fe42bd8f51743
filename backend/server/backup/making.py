"""A physical backup, made and verified, and encrypted where that is wanted."""

from collections.abc import Callable

from api.database.embedded.account import account_for
from backup.physical.create import create
from backup.physical.manifest import Manifest
from backup.physical.sealing import seal
from backup.physical.verify import verify
from server.backup.site import Site, record, verified


def make(
    site: Site, *, full: bool, verifying: bool = True, rate: int | None = None, say: Callable[[str], None]
) -> Manifest:
    """One that is encrypted is verified out of its files where there is a private key, and before it is encrypted where there
    is none: what it would build on cannot be read then, so it is a full one. Raises `BackupError` and `OSError`."""
    store, keys = site.store, site.store.keys
    before = verifying and bool(keys.recipients) and not keys.identities
    say("Copying the database")
    made = create(site.place, store, site.postgres.superuser_url, full=full or before, rate=rate)
    if before:
        say("Restoring the copy, to compare it")
        made = verify(store.making, made, site.place, account_for(site.place))
    if keys.recipients:
        say("Encrypting the copy")
        made = seal(store.making, store, made)
    if before:
        record(store, made, good=True)
    elif verifying:
        say("Restoring the copy, to compare it")
        made = verified(store, made, site.place)
    return made
