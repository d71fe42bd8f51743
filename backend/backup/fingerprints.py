"""Whether two tables hold the same rows, without putting them in order: the sum of a 64-bit hash of every row.

Rows are hashed as PostgreSQL writes them, which depends on settings of the session: `SETTLED` fixes them. The hash function of
texts is the same in PostgreSQL 15 to 18. It finds damage and mistakes; against forgery stands the signature of the manifest.
"""

from dataclasses import dataclass

import asyncpg

from api.database.schema import STAMP
from backup.tables import Table

SETTLED = (
    "select set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),"
    " set_config('IntervalStyle', 'postgres', true), set_config('extra_float_digits', '1', true),"
    " set_config('bytea_output', 'hex', true), set_config('client_encoding', 'UTF8', true),"
    " set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),"
    " set_config('idle_in_transaction_session_timeout', '0', true)"
)
"""For the transaction in which rows are copied or hashed, which may take long."""


@dataclass(frozen=True)
class Fingerprint:
    """Of a table, or of some of its rows."""

    rows: int
    sum: str


async def fingerprint(
    connection: asyncpg.Connection, table: Table, where: str = "true", *values: object
) -> Fingerprint:
    """Of the rows that `where` holds for."""
    row = await connection.fetchrow(
        f"select count(*) as rows, coalesce(sum(hashtextextended(row({table.column_list})::text, 0)::numeric), 0)::text as sum"
        f" from {table.full_name} where {where}{STAMP}",
        *values,
    )
    assert row is not None  # noqa: S101 - an aggregate gives one row
    return Fingerprint(row["rows"], row["sum"])
