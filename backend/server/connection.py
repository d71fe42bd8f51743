"""The database that a command works on: the configured one, or the PostgreSQL inside, whether or not a server runs."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

from api.database.embedded import running
from api.database.room import Room
from api.database.session import Database
from api.database.url import Target, UnusableUrl, parse_url
from api.database.wall import WallDown
from api.errors import DatabaseUnavailable
from api.settings import DATABASE_VARIABLES, ConfigurationError, Settings, environment, load_settings
from server.migrations import Unreachable, bring_up_to_date, in_one_line

Result = TypeVar("Result")
UNPOOLED = "NEON_DATABASE_URL_UNPOOLED"


def settings_for(data_dir: Path | None) -> Settings:
    """The configuration, with the command's own --data-dir in place of the variable."""
    settings = load_settings()
    return settings.model_copy(update={"data_dir": (data_dir or settings.data_dir).expanduser().absolute()})


def configured_target(settings: Settings) -> Target | None:
    """The database that a URL names, if one does."""
    if settings.database_url is None:
        return None
    found = environment()
    variable = next((name for name in DATABASE_VARIABLES if name in found), DATABASE_VARIABLES[0])
    return _parsed(variable, settings.database_url.get_secret_value())


def wrong_urls() -> list[str]:
    """A sentence for each variable whose URL cannot be used."""
    wrong: list[str] = []
    found = environment()
    for name in (*DATABASE_VARIABLES, UNPOOLED):
        try:
            if name in found:
                _parsed(name, found[name])
        except ConfigurationError as error:
            wrong += error.args
    return wrong


def direct_target(settings: Settings, target: Target) -> Target:
    """The same database without a pooler between: for migrations and backups."""
    if settings.database_url_unpooled:
        return _parsed(UNPOOLED, settings.database_url_unpooled.get_secret_value())
    return target.unpooled


@contextlib.contextmanager
def a_target(settings: Settings) -> Iterator[Target]:
    """The database for the time of a command."""
    configured = configured_target(settings)
    if configured is not None:
        yield configured
        return
    with running(settings.data_dir) as postgres:
        yield parse_url(postgres.url)


def with_database(data_dir: Path | None, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """What `work` makes of an open database. The embedded one is brought up to date first."""
    settings = settings_for(data_dir)
    with a_target(settings) as target:
        if settings.database_url is None:
            bring_up_to_date(target, adopt=False)

        async def opened() -> Result:
            prepared = settings.prepared_statements == "on"
            room = None if settings.database_url else Room(settings.data_dir)
            database = Database(target, pool_size=2, prepared_statements=prepared, room=room)
            try:
                return await work(database)
            except DatabaseUnavailable as error:
                # The operator is told more than people are: why, and which.
                if isinstance(error.__cause__, WallDown):
                    raise error.__cause__ from None
                cause = f": {in_one_line(error.__cause__)}" if error.__cause__ else ""
                raise Unreachable(f"{target} does not answer{cause}") from error
            finally:
                await database.close()

        with _unlogged():
            return asyncio.run(opened())


@contextlib.contextmanager
def _unlogged() -> Iterator[None]:
    """Workers log why the database does not serve; a command says it itself, once."""
    log = logging.getLogger("todo.database")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def _parsed(variable: str, url: str) -> Target:
    try:
        return parse_url(url)
    except UnusableUrl as error:
        raise ConfigurationError(f"{variable} cannot be used: {error}.") from None
