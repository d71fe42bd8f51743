"""Moves a whole file into the accounts of several people, in one transaction: all of it or nothing."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from uuid import UUID

from api.database.entry import OPERATOR
from api.database.session import Database
from api.database.transaction import Transaction
from api.repositories.import_repository import become_user
from api.services.import_accounts import ImportRefused, Owner, find_owners
from api.services.import_numbers import NoNumberLeft, Renumbered
from api.services.import_survey import Progress, Records, Survey
from api.services.importing import ImportDiffers, bring_in

SECONDS, SECONDS_A_RECORD = 120.0, 0.01
"""For the transaction, retries included: an import waits for another one of the same account."""


@dataclass(frozen=True, slots=True)
class AccountShare:
    """What became of the records of one account."""

    email: str
    created: bool
    imported: int
    already_there: int
    rejected: int
    renumbered: list[Renumbered]


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of the file: `imported`, `already_there` and the survey's rejections add up to its records."""

    survey: Survey
    accounts: list[AccountShare]

    @property
    def imported(self) -> int:
        return sum(share.imported for share in self.accounts)

    @property
    def already_there(self) -> int:
        return sum(share.already_there for share in self.accounts)


class _Rehearsed(Exception):
    """The dry run is over, and all is to be rolled back."""

    def __init__(self, outcome: FileOutcome) -> None:
        super().__init__("the dry run is over")
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class FileImport:
    """A file that was surveyed, and the e-mail address of each user that it names."""

    records: Records
    survey: Survey
    emails: Mapping[str | None, str]
    zone: tzinfo | None
    create_accounts: bool
    progress: Progress | None = None

    async def run(self, database: Database) -> FileOutcome:
        """Does it. Raises `ImportRefused`, `ImportDiffers` and what `Database.transact` raises; nothing was changed then."""
        seconds = SECONDS + SECONDS_A_RECORD * self.survey.total
        return await database.transact(OPERATOR, self._move, seconds=seconds)

    async def rehearse(self, database: Database) -> FileOutcome:
        """Does all of it, and takes it back."""

        async def work(transaction: Transaction) -> None:
            raise _Rehearsed(await self._move(transaction))

        try:
            await database.transact(OPERATOR, work, seconds=SECONDS + SECONDS_A_RECORD * self.survey.total)
        except _Rehearsed as rehearsed:
            return rehearsed.outcome
        raise AssertionError("a dry run ends by being rolled back")

    async def _move(self, transaction: Transaction) -> FileOutcome:
        wanted = {user: self.emails[user] for user in self.survey.wanted}
        found = await find_owners(transaction, set(wanted.values()), create=self.create_accounts)
        owners = {owner.id: owner for owner in found.values()}
        positions: defaultdict[UUID, list[int]] = defaultdict(list)
        for user, email in wanted.items():
            positions[found[email].id] += self.survey.wanted[user]
        rejected = self._rejected(found)
        shares = []
        # Accounts are locked in one order everywhere, so that two imports at once wait for each other.
        for owner_id in sorted(positions):
            await become_user(transaction, owner_id)
            try:
                share = await bring_in(
                    transaction,
                    owner_id,
                    self.records,
                    self.survey,
                    sorted(positions[owner_id]),
                    self.zone,
                    self.progress,
                )
            except NoNumberLeft as error:
                raise ImportRefused(f"Nothing was imported. {error}") from error
            owner = owners[owner_id]
            created = any(one.created for one in found.values() if one.id == owner_id)
            shares.append(
                AccountShare(
                    owner.email, created, share.imported, share.already_there, rejected[owner_id], share.renumbered
                )
            )
        outcome = FileOutcome(self.survey, sorted(shares, key=lambda share: share.email))
        if outcome.imported + outcome.already_there + len(self.survey.rejected) != self.survey.total:
            raise ImportDiffers("The records do not add up: nothing was imported.")
        return outcome

    def _rejected(self, found: Mapping[str, Owner]) -> defaultdict[UUID, int]:
        """How many rejected records there are by account; of those who have none yet, no account speaks."""
        counts: defaultdict[UUID, int] = defaultdict(int)
        for rejection in self.survey.rejected:
            email = self.emails.get(rejection.user)
            if email is not None and email in found:
                counts[found[email].id] += 1
        return counts
