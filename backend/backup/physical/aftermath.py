"""What an old backup must not bring back: sessions, tokens, and accounts that were deleted since."""

from typing import Any

from backup.deletions import DeletedAccount, Deletions, apply


async def end_rights(connection: Any, deletions: Deletions | None, *, bring_back: bool) -> list[DeletedAccount]:
    """End all sessions and access tokens, and delete again the accounts that were deleted since, unless `bring_back`.

    Returns these accounts. `connection` is a superuser's; None: it is not known what was deleted since.
    """
    async with connection.transaction():
        await connection.execute("delete from todo.sessions; delete from todo.access_tokens")
        if not deletions:
            return []
        if await connection.fetchval("select to_regclass('todo.deleted_accounts')") is not None:
            return await apply(connection, deletions, bring_back=bring_back)
        # The schema of that time remembers no deletions.
        rows = await connection.fetch("select id, email from todo.users where id = any($1)", list(deletions))
        found = [DeletedAccount(row["id"], row["email"], deletions[row["id"]]) for row in rows]
        if not bring_back:
            await connection.execute("delete from todo.users where id = any($1)", [one.id for one in found])
        return found
