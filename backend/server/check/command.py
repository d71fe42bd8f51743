"""The command: each finding in a line, or all of them as JSON."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click
import orjson

from api.database.embedded import EmbeddedError
from api.database.url import Target
from api.settings import ConfigurationError, Settings
from server.check.finding import Finding, fail, warn
from server.connection import a_target, configured_target, direct_target, settings_for
from server.options import JSON, data_dir_option


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the server listens.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where the server listens."
)
@JSON
@data_dir_option
def check(host: str, port: int, as_json: bool, data_dir: Path | None) -> None:
    """Looks at all that a server needs and says how to mend what is wrong. Exit status 1 if something fails."""
    findings = []
    for finding in _all(data_dir, host, port):
        findings.append(finding)
        if not as_json:
            click.echo(f"{finding.verdict:<5} {finding.name:<14} {finding.says}")
            if finding.mend:
                click.echo(f"      {'':<14} {finding.mend}")
    failed = any(finding.verdict == "fail" for finding in findings)
    if as_json:
        checks = [
            {"name": one.name, "status": one.verdict, "detail": one.says, "mend": one.mend or None} for one in findings
        ]
        click.echo(orjson.dumps({"ok": not failed, "checks": checks}))
    if failed:
        raise click.exceptions.Exit(1)


def _all(data_dir: Path | None, host: str, port: int) -> Iterator[Finding]:
    try:
        settings = settings_for(data_dir)
        configured_target(settings)
    except ConfigurationError as error:
        yield fail("configuration", str(error), "Correct it; .env.example explains every variable.")
        return
    from server.check import surroundings  # here, so that other commands do not wait for what it needs

    yield from surroundings.configuration(settings)
    yield from surroundings.files(settings)
    yield from surroundings.disk(settings)
    yield from surroundings.backups(settings)
    yield from surroundings.port(host, port)
    yield from _of_database(settings)


def _of_database(settings: Settings) -> Iterator[Finding]:
    if settings.database_url is None and not (settings.data_dir / "postgres").exists():
        yield warn("database", f"There is none in {settings.data_dir} yet.", "The first `todo-server serve` makes it.")
        return
    try:
        with a_target(settings) as target:
            yield from _found(target)
            direct = direct_target(settings, target)
            if direct != target:
                yield from (_renamed(one) for one in _found(direct) if one.verdict != "ok")
    except EmbeddedError as error:
        yield fail("database", str(error), "See the folder log/ of the data directory.")
    except ConfigurationError as error:
        yield fail("configuration", str(error), "Correct it; .env.example explains every variable.")


def _found(target: Target) -> list[Finding]:
    from server.check.database import database

    async def collected() -> list[Finding]:
        return [finding async for finding in database(target)]

    return asyncio.run(collected())


def _renamed(finding: Finding) -> Finding:
    """Of the direct URL, which migrations and backups take."""
    return Finding(f"direct {finding.name}", finding.verdict, finding.says, finding.mend)
