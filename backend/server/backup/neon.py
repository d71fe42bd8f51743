"""`backup neon`: snapshots, branches and restoring in place by Neon itself."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from api.database.url import parse_url
from api.settings import ConfigurationError
from backup import neon
from backup.neon_api import BASE, Neon
from backup.restoring import holds_anything
from server.backup.account import moment
from server.connection import settings_for
from server.options import JSON, data_dir_option

YES = click.option("--yes", is_flag=True, help="Do it; otherwise it is only said what would be done.")
AT = click.option("--at", "at", metavar="TIME", required=True, help="The moment: 2026-11-22T15:00:00Z.")


@click.group("neon")
def neon_commands() -> None:
    """What Neon itself keeps. Wants NEON_API_KEY and NEON_PROJECT_ID; changes nothing without --yes."""


@neon_commands.command("snapshots")
@click.option("--take", "name", metavar="NAME", help="Take one of the default branch now.")
@YES
@JSON
@data_dir_option
def snapshots(name: str | None, yes: bool, as_json: bool, data_dir: Path | None) -> None:
    """The project's snapshots."""
    project = _project(data_dir)
    if name is not None and not _only_said(yes, f"take the snapshot {name!r} of the default branch", as_json=as_json):
        neon.take_snapshot(project, name)
    elif name is not None:
        return
    found = [
        {key: one.get(key) for key in ("id", "name", "created_at", "expires_at")} for one in neon.snapshots(project)
    ]
    if as_json:
        click.echo(orjson.dumps({"snapshots": found}))
        return
    for one in found:
        click.echo(f"{one['id']}  {one['created_at']}  {one['name']}")
    click.echo(f"{len(found)} snapshots")


@neon_commands.command("branch")
@click.argument("name")
@AT
@click.option("--drill", is_flag=True, help="Look whether the branch has our tables with rows, and delete it again.")
@YES
@JSON
@data_dir_option
def branch(name: str, at: str, drill: bool, yes: bool, as_json: bool, data_dir: Path | None) -> None:
    """A new branch NAME: the default branch as it was at a moment. The default branch stays as it is."""
    when, project = moment(at), _project(data_dir)
    sentence = f"make the branch {name!r} of the default branch as of {when:%Y-%m-%dT%H:%M:%S%z}"
    if _only_said(yes, sentence + (", look at it and delete it" if drill else ""), as_json=as_json):
        return
    if not drill:
        made = neon.branch_at(project, name, when)["branch"]
        _say(
            {"branch": made["id"], "name": name},
            f"The branch {made['id']} is there; its URL is in Neon's console.",
            as_json,
        )
        return
    began = datetime.now(UTC)
    with neon.branch_for_a_while(project, name, when) as made:
        good = asyncio.run(holds_anything(parse_url(neon.connection_url(made)).unpooled))
    seconds = round((datetime.now(UTC) - began).total_seconds(), 3)
    words = f"The branch was there in {seconds:.1f} s, {'with' if good else 'WITHOUT'} rows, and is deleted again."
    _say({"branch": made["branch"]["id"], "good": good, "seconds": seconds}, words, as_json)
    if not good:
        raise SystemExit(1)


@neon_commands.command("restore")
@AT
@click.option("--keep-as", metavar="NAME", help="The branch that keeps what is there now; by default before-TIME.")
@YES
@JSON
@data_dir_option
def restore(at: str, keep_as: str | None, yes: bool, as_json: bool, data_dir: Path | None) -> None:
    """The default branch as it was at a moment; its URL stays, and what it holds now stays in another branch."""
    when, project = moment(at), _project(data_dir)
    name = keep_as or f"before-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    sentence = f"restore the default branch to {when:%Y-%m-%dT%H:%M:%S%z} and keep what it holds now as {name!r}"
    if _only_said(yes, sentence, as_json=as_json):
        return
    restored = neon.restore_in_place(project, when, name)
    words = f"{restored['id']} is as of {when:%Y-%m-%d %H:%M:%S%z}; what it held is the branch {name}."
    _say({"branch": restored["id"], "kept_as": name}, words, as_json)


def _project(data_dir: Path | None) -> Neon:
    settings = settings_for(data_dir)
    if settings.neon_api_key is None or settings.neon_project_id is None:
        raise ConfigurationError("NEON_API_KEY and NEON_PROJECT_ID must be set: Neon's console shows both.")
    return Neon(settings.neon_api_key.get_secret_value(), settings.neon_project_id, settings.neon_api_url or BASE)


def _only_said(yes: bool, what: str, *, as_json: bool) -> bool:
    if not yes:
        _say({"dry_run": True, "would": what}, f"This would {what}. Nothing was done: --yes does it.", as_json)
    return not yes


def _say(report: dict[str, Any], words: str, as_json: bool) -> None:
    click.echo(orjson.dumps(report) if as_json else words)
