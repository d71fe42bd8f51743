"""What an old backup must not bring back: sessions, tokens, and accounts that were deleted since."""

from typing import Any
from uuid import UUID

import asyncpg


async def account_ids(url: str) -> set[UUID]:
    """Of all accounts that there are. Raises what asyncpg raises."""
    connection = await asyncpg.connect(url, timeout=10, statement_cache_size=0, ssl=False)
    try:
        return {row["id"] for row in await connection.fetch("select id from todo.users")}
    finally:
        await connection.close(timeout=5)


async def end_rights(connection: Any, still: set[UUID] | None) -> list[str]:
    """End all sessions and access tokens, and keep out the accounts that are not among those that are there `still`.

    Returns the e-mail addresses (or ids) of these accounts. None: it is not known which there still are.
    """
    await connection.execute("delete from todo.sessions; delete from todo.access_tokens")
    if still is None:
        return []
    rows = await connection.fetch(
        "update todo.users set active = false where id <> all($1) returning coalesce(email, id::text) as name", still
    )
    return sorted(row["name"] for row in rows)
