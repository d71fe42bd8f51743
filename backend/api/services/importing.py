"""Moves records into one account: what the ledger knows stays out, the rest is written, read back and compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import tzinfo
from typing import TypeVar
from uuid import UUID

from api.database.transaction import Transaction
from api.errors import Invalid
from api.repositories.import_repository import ImportRepository, Row
from api.services.import_numbers import NoNumberLeft, Renumbered, assign
from api.services.import_source import ascii_text
from api.services.import_survey import Progress, Records, Rejection, Survey, read, survey
from api.utils.ids import new_id
from todo import rules
from todo.errors import TodoError

CHUNK = 1_000
"""Records in one statement: a good second of the slowest link, a few megabytes of memory."""

Item = TypeVar("Item")


class ImportDiffers(TodoError):
    """What was read back is not what the file says: nothing may stay. `str(error)` says where."""


@dataclass(frozen=True, slots=True)
class Share:
    """What became of the records of one account."""

    imported: int
    already_there: int
    renumbered: list[Renumbered]


@dataclass(frozen=True, slots=True)
class Outcome(Share):
    """What became of all records."""

    total: int
    rejected: list[Rejection]


async def import_own(
    transaction: Transaction, owner: UUID, records: Records, *, skip_invalid: bool, zone: tzinfo, dry_run: bool = False
) -> Outcome:
    """Moves records into the account of whoever sent them; with `dry_run` only says what would be. Raises `Invalid`."""
    found = survey(records, zone)
    if found.invalid and not skip_invalid:
        raise Invalid(
            f"Nothing was imported: {len(found.invalid)} of {found.total} records are not valid."
            " Repair them, or send skip_invalid to leave them out.",
            errors=[(_field(rejection.position, rejection.field), rejection.reason) for rejection in found.invalid],
        )
    positions = sorted(position for wanted in found.wanted.values() for position in wanted)
    try:
        share = await bring_in(transaction, owner, records, found, positions, zone, dry_run=dry_run)
    except NoNumberLeft as error:
        raise Invalid.field(_field(error.position, "id"), str(error)) from error
    return Outcome(share.imported, share.already_there, share.renumbered, found.total, found.rejected)


async def bring_in(
    transaction: Transaction,
    owner: UUID,
    records: Records,
    found: Survey,
    positions: Sequence[int],
    zone: tzinfo | None,
    progress: Progress | None = None,
    *,
    dry_run: bool = False,
) -> Share:
    """Moves the records at `positions`, in file order, into the account that the transaction was entered as.

    Raises `NoNumberLeft` and `ImportDiffers`; the transaction is then to be rolled back.
    """
    repository = ImportRepository(transaction, owner)
    highest, moment = await repository.lock()
    fresh: list[int] = []
    taken: set[int] = set()
    for chunk in _chunks(positions):
        known = await repository.known([found.hashes[position - 1] for position in chunk])
        new = [position for position in chunk if found.hashes[position - 1] not in known]
        taken |= await repository.taken([found.numbers[position - 1] for position in new])
        fresh += new
    highest = max(highest, max((found.numbers[position - 1] for position in positions), default=0))
    numbers, renumbered = assign(((position, found.numbers[position - 1]) for position in fresh), taken, highest)
    if dry_run:
        return Share(len(fresh), len(positions) - len(fresh), renumbered)
    places = [(position, number, new_id()) for position, number in zip(fresh, numbers, strict=True)]
    _tell(progress, "writing", len(positions) - len(fresh))
    _tell(progress, "comparing", len(positions) - len(fresh))
    for written in _chunks(places):
        await repository.add([_row(records, found, place, zone, moment) for place in written])
        _tell(progress, "writing", len(written))
    for written in _chunks(places):
        rows = await repository.read_back(
            [place[2] for place in written], [found.hashes[place[0] - 1] for place in written]
        )
        for place, row in zip(written, rows, strict=True):
            _compare(place[0], _row(records, found, place, zone, moment), row)
        _tell(progress, "comparing", len(written))
    return Share(len(fresh), len(positions) - len(fresh), renumbered)


def _row(records: Records, found: Survey, place: tuple[int, int, UUID], zone: tzinfo | None, moment: str) -> Row:
    position, number, task_id = place
    element = records[position - 1]
    record, created_at, updated_at = read(element, zone)
    return Row(
        id=task_id,
        number=number,
        title=record.title,
        description=record.description,
        completed=record.completed,
        created_at=created_at or moment,
        updated_at=updated_at or moment,
        search_text=rules.searchable(record.title, record.description),
        record_hash=found.hashes[position - 1],
        record=ascii_text(element.text),
    )


def _compare(position: int, wanted: Row, kept: Row | None) -> None:
    if kept == wanted:
        return
    different = [field.name for field in fields(Row) if getattr(kept, field.name, None) != getattr(wanted, field.name)]
    raise ImportDiffers(
        f"Record {position} was read back with another {', '.join(different)}: nothing was imported."
        if kept
        else f"Record {position} could not be read back: nothing was imported."
    )


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def _tell(progress: Progress | None, what: str, count: int) -> None:
    if progress:
        progress(what, count)


def _field(position: int, field: str) -> str:
    return f"tasks.{position - 1}" if field == "record" else f"tasks.{position - 1}.{field}"
