"""`backup drill`: disasters on purpose, on data of their own."""

import sys
from pathlib import Path

import click
import orjson

from backup.age import identities_of
from backup.drill.disasters import DISASTERS
from backup.drill.drill import drill as run
from backup.drill.outcome import OUR_RTO, USERS_RPO, USERS_RTO, Outcome
from backup.folder import Folder
from server.backup.daily import COMMAND
from server.backup.places import physical_root
from server.connection import settings_for
from server.options import JSON, data_dir_option


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every kind, one after the other.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(DISASTERS)), help="One kind; repeat.")
@click.option(
    "--tasks", default=20_000, show_default=True, type=click.IntRange(100, 10_000_000), help="In its database."
)
@click.option(
    "--identity",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The file of age's private key that restores use; without it, one that is made for this drill.",
)
@click.option(
    "--encrypted",
    is_flag=True,
    help="As a server with TODO_BACKUP_RECIPIENTS does it; so where that or --identity is set.",
)
@JSON
@data_dir_option
def drill(
    everything: bool,
    kinds: tuple[str, ...],
    tasks: int,
    identity: Path | None,
    encrypted: bool,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Takes disasters, restores, and measures what was lost and how long it took.

    On a server and data of its own, in a folder below the data directory that is removed afterwards: what is there is not
    touched. Of what is encrypted the server has only the public key; every restore uses the private one. Exits with 1 where
    more was lost, or it took longer, than is promised.
    """
    if everything is bool(kinds):
        raise click.UsageError("--all, or one --kind or several, say which disasters.")
    identities_of(identity)
    settings = settings_for(data_dir)
    encrypted = encrypted or identity is not None or bool(settings.backup_recipients)
    place = Folder(physical_root(settings))
    outcomes = []
    chosen = [kind for kind in DISASTERS if everything or kind in kinds]
    folder = settings.data_dir.resolve() / "drill"

    def say(what: str) -> None:
        click.echo(f"{what} ...", err=True)

    for outcome in run(folder, COMMAND, chosen, tasks, say, encrypted=encrypted, identity=identity):
        outcomes.append(outcome)
        outcome.write_down(place)
        if not as_json:
            click.echo(_in_words(outcome))
    good = len(outcomes) == len(chosen) and all(outcome.good for outcome in outcomes)
    if as_json:
        limits = {"rpo": USERS_RPO, "rto": USERS_RTO, "our_rto": OUR_RTO}
        found = [
            {**one.as_json(), "promised_rpo": DISASTERS[one.kind].promised_rpo(encrypted=encrypted)} for one in outcomes
        ]
        click.echo(orjson.dumps({"good": good, "encrypted": encrypted, "limits_seconds": limits, "drills": found}))
    sys.exit(0 if good else 1)


def _in_words(outcome: Outcome) -> str:
    state = "good" if outcome.good else f"NOT GOOD: {outcome.why}"
    return (
        f"{outcome.kind}: {outcome.lost} of {outcome.acknowledged} acknowledged tasks lost (RPO {outcome.rpo:.3f} s),"
        f" writing again after {outcome.rto:.1f} s, {outcome.tasks} tasks: {state}"
    )
