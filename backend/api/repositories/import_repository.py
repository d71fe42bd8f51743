"""What an import reads and writes, as SQL for one owner and many rows at a time.

Times travel as texts: asyncpg would turn the last and the first moment of Python's calendar into infinity.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from uuid import UUID

from api.database.transaction import Transaction

_RFC3339 = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""


def _text(column: str) -> str:
    return f"to_char({column} at time zone 'utc', {_RFC3339})"


@dataclass(frozen=True, slots=True)
class Row:
    """A task with its record in the ledger. Times are RFC 3339 in UTC; `record` is JSON in ASCII."""

    id: UUID
    number: int
    title: str
    description: str
    completed: bool
    created_at: str
    updated_at: str
    search_text: str
    record_hash: bytes
    record: str


async def become_accounts(transaction: Transaction) -> None:
    """Goes on as the role that finds and makes accounts; it sees no task."""
    await transaction.execute("select set_config('role', 'todo_accounts', true), set_config('todo.user_id', '', true)")


async def become_user(transaction: Transaction, user: UUID) -> None:
    """Goes on as this person, in a transaction of the operator's."""
    await transaction.execute(
        "select set_config('role', 'todo_app', true), set_config('todo.user_id', $1, true)", str(user)
    )


class ImportRepository:
    """The statements, each for `owner` alone."""

    def __init__(self, transaction: Transaction, owner: UUID) -> None:
        self._transaction = transaction
        self._owner = owner

    async def lock(self) -> tuple[int, str]:
        """Keeps other writers of this account out until the transaction ends. The highest number present, and the time."""
        row = await self._transaction.fetchrow(f"select todo.next_number() - 1 as highest, {_text('now()')} as moment")
        assert row is not None  # noqa: S101 - a select without from gives one row
        return row["highest"], row["moment"]

    async def known(self, hashes: Sequence[bytes]) -> set[bytes]:
        """Which of these records the ledger holds."""
        rows = await self._transaction.fetch(
            "select record_hash from todo.imported_records where user_id = $1 and record_hash = any($2::bytea[])",
            self._owner,
            hashes,
        )
        return {row["record_hash"] for row in rows}

    async def taken(self, numbers: Sequence[int]) -> set[int]:
        """Which of these numbers a task has that is present. Those in the bin leave theirs free."""
        rows = await self._transaction.fetch(
            "select number from todo.tasks where user_id = $1 and number = any($2::bigint[]) and deleted_at is null",
            self._owner,
            numbers,
        )
        return {row["number"] for row in rows}

    async def add(self, rows: Sequence[Row]) -> None:
        """New tasks, and their records into the ledger."""
        columns = list(zip(*map(astuple, rows), strict=True))
        *task, record_hash, record = map(list, columns)
        await self._transaction.execute(
            """
            insert into todo.tasks
                (id, user_id, number, title, description, completed, created_at, updated_at, search_text)
            select id, $1, number, title, description, completed, created_at::timestamptz, updated_at::timestamptz, search_text
            from unnest($2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::text[], $9::text[])
                as new (id, number, title, description, completed, created_at, updated_at, search_text)""",
            self._owner,
            *task,
        )
        await self._transaction.execute(
            """
            insert into todo.imported_records (user_id, record_hash, record, task_id)
            select $1, record_hash, record, task_id
            from unnest($2::bytea[], $3::text[], $4::uuid[]) as new (record_hash, record, task_id)""",
            self._owner,
            record_hash,
            record,
            task[0],
        )

    async def read_back(self, ids: Sequence[UUID], hashes: Sequence[bytes]) -> list[Row | None]:
        """The tasks with these ids and the ledger's records with these hashes, in this order; None where one is missing."""
        # OFFSET 0 keeps the planner from joining: it knows nothing of rows that this transaction wrote, takes them for few
        # and compares each with each. One look into the index for each row is right however many there are.
        rows = await self._transaction.fetch(
            f"""
            select t.*, r.*
            from unnest($2::uuid[], $3::bytea[]) with ordinality as wanted (id, record_hash, place)
            left join lateral (
                select id, number, title, description, completed, {_text("created_at")} as created_at,
                    {_text("updated_at")} as updated_at, search_text
                from todo.tasks where id = wanted.id and user_id = $1 and deleted_at is null offset 0
            ) as t on true
            left join lateral (
                select record_hash, record from todo.imported_records
                where user_id = $1 and record_hash = wanted.record_hash and task_id = wanted.id offset 0
            ) as r on true
            order by wanted.place""",
            self._owner,
            ids,
            hashes,
        )
        return [Row(*row) if row["id"] and row["record_hash"] else None for row in rows]
