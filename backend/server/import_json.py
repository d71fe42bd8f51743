"""`todo-server import-json`: the console app's files into accounts. `scripts/migrate_json_to_db.py` is the same command."""

import contextlib
import json
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress as Bar

from api.models.account_rules import clean_email
from api.models.importing import clean_zone_name, zone_named
from api.services.file_import import FileImport
from api.services.import_accounts import ImportRefused, check_users
from api.services.import_source import read_file
from api.services.import_survey import Progress, Survey, survey
from server.connection import with_database
from server.import_report import as_json, as_text
from server.options import data_dir_option
from server.rejects_file import prepared, rejects_path, render

_STEPS = ("reading", "writing", "comparing")


def _email(value: str) -> str:
    try:
        return clean_email(value)
    except ValueError:
        raise ImportRefused(f"Nothing was imported. {value!r} is no e-mail address.") from None


def _named(pairs: tuple[str, ...]) -> dict[str, str]:
    """User names to addresses. What a name holds is anybody's guess, so the last `=` is the border."""
    named: dict[str, str] = {}
    for pair in pairs:
        name, border, email = pair.rpartition("=")
        if not (name and border):
            raise ImportRefused(f"Nothing was imported. --user takes NAME=EMAIL, not {pair!r}.")
        if named.setdefault(name, _email(email)) != _email(email):
            raise ImportRefused(f"Nothing was imported. --user names two accounts for {name!r}.")
    return named


def _zone(name: str | None) -> tzinfo | None:
    try:
        return None if name is None else zone_named(clean_zone_name(name))
    except ValueError:
        raise ImportRefused(
            f"Nothing was imported. {name!r} is no time zone: it should look like Europe/Berlin, or UTC."
        ) from None


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Progress | None]:
    """A bar on stderr, on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Bar(console=console, transient=True) as bar:
        tasks = {step: bar.add_task(step, total=total) for step in _STEPS}
        yield lambda step, count: bar.advance(tasks[step], count)


def _list_invalid(found: Survey) -> None:
    for rejection in found.invalid:
        click.echo(f"record {rejection.position}: {rejection.reason}", err=True)


def _refuse_invalid(found: Survey, *, as_object: bool) -> None:
    sentence = (
        f"Nothing was imported: {len(found.invalid)} of {found.total} records are not valid."
        " Repair them, or pass --skip-invalid to leave them out."
    )
    if as_object:
        problems = [
            {"position": rejection.position, "field": rejection.field, "reason": rejection.reason}
            for rejection in found.invalid
        ]
        click.echo(json.dumps({"total": found.total, "imported": 0, "error": sentence, "problems": problems}))
    raise ImportRefused(sentence)


@click.command("import-json")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--user", "users", multiple=True, metavar="NAME=EMAIL", help="The account of a user of the file; repeat.")
@click.option("--default-user", metavar="EMAIL", help="The account of the records without user_id.")
@click.option("--create-accounts", is_flag=True, help="Make the accounts that are missing, without password.")
@click.option("--skip-invalid", is_flag=True, help="Leave invalid records out instead of stopping.")
@click.option("--dry-run", is_flag=True, help="Do everything, then take it back.")
@click.option("--timezone", metavar="NAME", help="The zone of times without one, by default this machine's.")
@click.option("--json", "as_object", is_flag=True, help="Report as one JSON object.")
@data_dir_option
def import_json(
    file: Path,
    users: tuple[str, ...],
    default_user: str | None,
    create_accounts: bool,
    skip_invalid: bool,
    dry_run: bool,
    timezone: str | None,
    as_object: bool,
    data_dir: Path | None,
) -> None:
    """Moves the tasks of the console app's FILE into the database: once each, compared afterwards, all or nothing."""
    named = _named(users)
    default = None if default_user is None else _email(default_user)
    zone = _zone(timezone)
    records = read_file(file)
    rejects = rejects_path(file)
    with _progress(len(records)) as progress:
        found = survey(records, zone, progress)
        stopping = found.invalid and not skip_invalid
        if stopping:
            _list_invalid(found)
        check_users(found.wanted, named, default)
        if stopping:
            _refuse_invalid(found, as_object=as_object)
        emails: dict[str | None, str] = {name: named[name] for name in named}
        if default is not None:
            emails[None] = default
        work = FileImport(records, found, emails, zone, create_accounts, progress)
        with prepared(rejects, render(records, found), keep=not dry_run) as name_it:
            outcome = with_database(data_dir, work.rehearse if dry_run else work.run)
            written = rejects if name_it() else None
    for name in sorted(named.keys() - found.wanted.keys()):
        click.echo(f"warning: {file} has no records of {name!r} to import", err=True)
    if as_object:
        click.echo(as_json(records, outcome, written, dry_run=dry_run))
    else:
        for line in as_text(file, outcome, written, dry_run=dry_run):
            click.echo(line)
