"""What the operator is told after an import."""

import json
from collections.abc import Iterator
from pathlib import Path

from api.services.file_import import FileOutcome
from api.services.import_source import ascii_text
from api.services.import_survey import Records


def as_text(path: Path, outcome: FileOutcome, rejects: Path | None, *, dry_run: bool) -> Iterator[str]:
    """The lines of the report."""
    survey = outcome.survey
    if dry_run:
        yield "This was a dry run: nothing was changed."
    yield (
        f"{path}: {survey.total} records: {outcome.imported} imported, {outcome.already_there} already there,"
        f" {len(survey.rejected)} rejected"
    )
    for share in outcome.accounts:
        made = " (new account: set a password before they can sign in)" if share.created else ""
        yield (
            f"{share.email}: {share.imported} imported, {share.already_there} already there,"
            f" {share.rejected} rejected, {len(share.renumbered)} renumbered{made}"
        )
    for share in outcome.accounts:
        for one in share.renumbered:
            yield f"{share.email}: number {one.former} was taken, record {one.position} is number {one.new}"
    for rejection in survey.rejected:
        yield f"rejected: record {rejection.position}: {rejection.reason}"
    if rejects is not None:
        yield f"The rejected records are in {rejects}"


def as_json(records: Records, outcome: FileOutcome, rejects: Path | None, *, dry_run: bool) -> str:
    """One object: what the API answers, the accounts beside it. In ASCII, as a record may hold what UTF-8 cannot."""
    survey = outcome.survey
    renumbered = [
        {"email": share.email, "position": one.position, "from": one.former, "to": one.new}
        for share in outcome.accounts
        for one in share.renumbered
    ]
    accounts = [
        {
            "email": share.email,
            "created": share.created,
            "imported": share.imported,
            "already_there": share.already_there,
            "rejected": share.rejected,
            "renumbered": len(share.renumbered),
        }
        for share in outcome.accounts
    ]
    rejected = ", ".join(
        f'{{"position": {rejection.position}, "reason": {json.dumps(rejection.reason)},'
        f' "record": {ascii_text(records[rejection.position - 1].text)}}}'
        for rejection in survey.rejected
    )
    return (
        f'{{"total": {survey.total}, "imported": {outcome.imported}, "already_there": {outcome.already_there},'
        f' "rejected": [{rejected}], "renumbered": {json.dumps(renumbered)}, "accounts": {json.dumps(accounts)},'
        f' "rejects_file": {json.dumps(None if rejects is None else str(rejects))}, "dry_run": {json.dumps(dry_run)}}}'
    )
