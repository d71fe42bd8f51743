"""What an old backup must not bring back: sessions, tokens, and rights that were taken since."""

from typing import Any

from api.database.schema import revision_of
from backup.rights import Rights, unreadable
from backup.settling import DeletedAccount, Settled, settle

_REMEMBERS = "0006"
"""The first schema that remembers deleted accounts."""


async def end_rights(
    connection: Any, rights: Rights | None, secrets: tuple[str, ...], *, latest: bool, bring_back: bool
) -> Settled:
    """End all sessions and access tokens and, unless this is the `latest` moment, do as `settle` says.

    `connection` is a superuser's. The schema is that of the moment: it is brought up to date when the server starts.
    """
    async with connection.transaction():
        await connection.execute("delete from todo.sessions; delete from todo.access_tokens")
        if (await revision_of(connection) or "") < _REMEMBERS:
            return await _deleted_again(connection, rights, latest=latest, bring_back=bring_back)
        done = Settled(known=True) if latest else await settle(connection, rights, bring_back=bring_back)
        done.unreadable = await unreadable(connection, secrets)
        return done


async def _deleted_again(connection: Any, rights: Rights | None, *, latest: bool, bring_back: bool) -> Settled:
    done = Settled(known=latest or rights is not None)
    if rights and not latest:
        rows = await connection.fetch("select id, email from todo.users where id = any($1)", list(rights.deleted))
        done.deleted = [DeletedAccount(row["id"], row["email"], rights.deleted[row["id"]]) for row in rows]
        if not bring_back:
            await connection.execute("delete from todo.users where id = any($1)", [one.id for one in done.deleted])
    return done
