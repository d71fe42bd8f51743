"""What a restore did about rights, told to the operator; and the database of before, asked about them."""

import asyncio
import contextlib
from collections.abc import Iterator

import asyncpg

from api.database.embedded import EmbeddedError, running
from api.database.embedded.place import Place
from api.database.url import parse_url
from api.settings import Settings
from api.utils import secret_file
from backup.restoring import rights_at
from backup.rights import Rights
from backup.settling import Settled
from server.connection import configured_target, direct_target


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Those of the server, under which second factors are sealed; none where it never started."""
    given = [secret.get_secret_value() for secret in (settings.jwt_secret, settings.jwt_secret_previous) if secret]
    if settings.jwt_secret is None:
        with contextlib.suppress(FileNotFoundError):
            given.append(secret_file.read(settings.data_dir / "secrets" / "jwt_secret"))
    return tuple(given)


def rights_now(settings: Settings) -> Rights | None:
    """From the database that is used, where it can still be asked."""
    configured = configured_target(settings)
    if configured is not None:
        return asyncio.run(rights_at(direct_target(settings, configured)))
    if not Place(settings.data_dir).cluster.exists():
        return None
    try:
        with running(settings.data_dir) as postgres:
            return asyncio.run(rights_at(parse_url(postgres.url)))
    except (EmbeddedError, asyncpg.PostgresError, OSError):
        return None


def in_words(done: Settled, *, brought_back: bool) -> Iterator[str]:
    """A line for each thing that somebody must know or do."""
    yield "Nobody is signed in any more, and access tokens have ended."
    for one in done.as_json()["deleted_since"]:
        fate = "is back" if brought_back else "is left out; --bring-back-deleted would bring it back"
        yield f"{one['email'] or one['id']} was deleted at {one['deleted_at']}, after this backup, and {fate}."
    for who in done.kept_out:
        yield f"{who} was deactivated after this backup, and still is."
    for who in done.no_admins:
        yield f"{who} was an admin in this backup and is none now: `todo-server users make-admin` if that is right."
    for who in done.by_password_alone:
        yield f"{who} had no second factor in this backup, and signs in by password alone until it is set up again."
    for who in done.unreadable:
        yield (
            f"{who} has a second factor sealed under another JWT_SECRET: set that one as JWT_SECRET_PREVIOUS, or they need"
            " a recovery code, or `todo-server users reset-second-factor`."
        )
    if not done.known:
        yield (
            "What was taken from people after this backup is not known here: accounts deleted or deactivated since are back,"
            " and used recovery codes are good again. Look at `todo-server users list`."
        )
