"""The command: each finding in a line, or all of them as JSON."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click
import orjson

from api.database.embedded import EmbeddedError
from api.database.embedded.lock import serving_at
from api.database.url import Target
from api.settings import ConfigurationError, Settings
from server.check.finding import Finding, fail, warn
from server.connection import a_target, direct_target, settings_for, wrong_urls
from server.options import JSON, data_dir_option


@click.command()
@click.option("--host", help="Where the server listens; without it, where the one of the data directory does.")
@click.option("--port", type=click.IntRange(1, 65535), help="The same; 8000 where no server runs.")
@click.option("--strict", is_flag=True, help="Exit status 1 for warnings too.")
@JSON
@data_dir_option
def check(host: str | None, port: int | None, strict: bool, as_json: bool, data_dir: Path | None) -> None:
    """Looks at all that a server needs and says how to mend what is wrong. Exit status 1 if something fails; with --strict
    also if there is a warning."""
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
    if failed or (strict and any(finding.verdict == "warn" for finding in findings)):
        raise click.exceptions.Exit(1)


def _all(data_dir: Path | None, host: str | None, port: int | None) -> Iterator[Finding]:
    wrong = wrong_urls()
    try:
        settings = settings_for(data_dir)
    except ConfigurationError as error:
        wrong = [*error.args, *wrong]
    from server.check import surroundings  # here, so that other commands do not wait for what it needs

    yield from (fail("configuration", one, "Correct it; .env.example explains every variable.") for one in wrong)
    yield from surroundings.unknown()
    if wrong:
        return
    yield from surroundings.configuration(settings)
    yield from surroundings.files(settings)
    yield from surroundings.disk(settings)
    yield from surroundings.backups_disk(settings)
    yield from surroundings.backups(settings)
    yield from surroundings.port(*_serving_at(settings, host, port))
    yield from _of_database(settings)


def _serving_at(settings: Settings, host: str | None, port: int | None) -> tuple[str, int]:
    """What is not said, as the running server wrote it down."""
    written = serving_at(settings.data_dir)
    return host or (written[0] if written else "127.0.0.1"), port or (written[1] if written else 8000)


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
