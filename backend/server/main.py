"""`todo-server`, the operator's command."""

import importlib
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any

import click

from api.database.embedded import EmbeddedError
from api.database.schema import ForeignTables, NewerSchema
from api.database.wall import WallDown
from api.errors import ProblemError
from api.settings import ConfigurationError, unknown_variables
from api.telemetry.logs import configure, place_of
from api.utils.secret_file import SecretFileError
from api.version import VERSION
from backup.errors import BackupError
from server.connection import a_target, direct_target, settings_for
from server.migrations import NotMade, bring_up_to_date
from server.options import data_dir_option
from server.upgrade.report import UpgradeError
from todo.errors import TodoError
from todo.terminal import visible

_SENTENCES = (
    BackupError,
    ConfigurationError,
    EmbeddedError,
    ForeignTables,
    NewerSchema,
    NotMade,
    ProblemError,
    SecretFileError,
    TodoError,
    UpgradeError,
    WallDown,
    ConnectionError,
    TimeoutError,
)

_LATER = {
    "backup": "server.backup.commands",
    "check": "server.check.command",
    "import-json": "server.import_json",
    "upgrade": "server.upgrade.command",
    "users": "server.users",
}
"""Loaded when they are asked for: together they take longer than a server that starts."""

UNREAD = 128 + signal.SIGPIPE
"""Exit status where nobody read to the end, as of every program that a closed pipe ends."""


class Commands(click.Group):
    """Renders what goes wrong once: one line on stderr, and an exit status that is not zero."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *_LATER])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in _LATER and name not in self.commands:
            self.add_command(getattr(importlib.import_module(_LATER[name]), name.replace("-", "_")))
        return super().get_command(context, name)

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            sys.exit(super().main(*args, **{**extra, "standalone_mode": False}))
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            _say(error.format_message())
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(130)

    def invoke(self, context: click.Context) -> Any:
        for name in unknown_variables():
            _say(f"warning: {name} means nothing to this version; is it misspelt?")
        try:
            return super().invoke(context)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except BrokenPipeError as error:
            if _nobody_reads():
                sys.exit(UNREAD)
            _say(str(error))
        except _SENTENCES as error:
            _say(str(error) or "the database does not answer in time")
        except OSError as error:
            _say(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        except Exception as error:  # noqa: BLE001 - the last net: where it happened, and nobody's data
            _say(f"internal error: {place_of(error)}")
        sys.exit(1)


def _nobody_reads() -> bool:
    """Whether what we print goes to a reader that has ended, as `| head` does. What is still to be printed is thrown away."""
    poll = select.poll()
    poll.register(1, 0)
    if not any(event & select.POLLERR for _, event in poll.poll(0)):
        return False
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    return True


def _say(text: str) -> None:
    click.echo(visible(f"todo-server: {' '.join(text.split())}"), err=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="todo-server")
def main() -> None:
    """Serves the to-do application and looks after its database."""
    configure("pretty", "warning")  # `serve` does it again, as it is told


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that serve.")
@click.option("--no-migrate", is_flag=True, help="Leave the database's schema as it is.")
@click.option("--adopt", is_flag=True, help="Add the schema to a database that holds other tables.")
@data_dir_option
def serve(host: str, port: int, workers: int, no_migrate: bool, adopt: bool, data_dir: Path | None) -> None:
    """Serves the application until it is told to stop."""
    from server.serve import serve as run  # here, so that other commands do not wait for its imports

    run(settings_for(data_dir), host=host, port=port, workers=workers, migrating=not no_migrate, adopt=adopt)


@main.command()
@click.option("--adopt", is_flag=True, help="Add the schema to a database that holds other tables.")
@data_dir_option
def migrate(adopt: bool, data_dir: Path | None) -> None:
    """Brings the database's schema up to date, and makes indexes again that somebody dropped."""
    from server.check.indexes import make_lacking  # here, so that other commands do not wait for SQLAlchemy

    settings = settings_for(data_dir)
    with a_target(settings) as target:
        click.echo(f"Migrating {target}")
        direct = direct_target(settings, target)
        bring_up_to_date(direct, adopt=adopt)
        for name in make_lacking(direct):
            click.echo(f"Made the index {name} again.")
        click.echo("The schema is up to date.")
