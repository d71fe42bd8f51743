"""Sessions and their refresh tokens, as SQL. A session is one sign-in on one device: the family of its refresh tokens."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.database.transaction import Transaction
from api.repositories.user_repository import COLUMNS, Account, account_of


@dataclass(frozen=True, slots=True)
class Session:
    """A session as kept."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    user_agent: str


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as kept. `seconds_since_use` and `successor_salt` are None while it is unused."""

    seconds_since_use: float | None
    successor_salt: bytes | None


_LIVE = "s.ended_at is null and s.expires_at > now()"


class SessionRepository:
    """The statements about one person's sessions."""

    def __init__(self, transaction: Transaction, owner: UUID) -> None:
        self._transaction = transaction
        self._owner = owner

    async def begin(self, session_id: UUID, *, user_agent: str, days: int, token_hash: bytes) -> None:
        """A new session of `days`, with its first refresh token."""
        await self._transaction.execute(
            """
            with session as (
                insert into todo.sessions (id, user_id, user_agent, expires_at)
                values ($1, $2, $3, now() + make_interval(days => $4)) returning id
            )
            insert into todo.refresh_tokens (hash, session_id) select $5, id from session""",
            session_id,
            self._owner,
            user_agent,
            days,
            token_hash,
        )

    async def live(self) -> list[Session]:
        """The sessions that have not ended, the one used last first."""
        rows = await self._transaction.fetch(
            f"""
            select s.id, s.created_at, s.last_used_at, s.user_agent from todo.sessions s
            where s.user_id = $1 and {_LIVE} order by s.last_used_at desc, s.id desc""",
            self._owner,
        )
        return [Session(*row) for row in rows]

    async def is_live(self, session_id: UUID) -> bool:
        """Whether the session has not ended."""
        return bool(
            await self._transaction.fetchval(
                f"select true from todo.sessions s where s.id = $2 and s.user_id = $1 and {_LIVE}",
                self._owner,
                session_id,
            )
        )

    async def end(self, session_id: UUID) -> bool:
        """Ends a session; False if none such is live."""
        return bool(
            await self._transaction.execute(
                f"update todo.sessions s set ended_at = now() where s.id = $2 and s.user_id = $1 and {_LIVE}",
                self._owner,
                session_id,
            )
        )

    async def end_all(self, *, but: UUID | None = None) -> None:
        """Ends every session, or every other one."""
        await self._transaction.execute(
            f"update todo.sessions s set ended_at = now() where s.user_id = $1 and {_LIVE} and s.id is distinct from $2",
            self._owner,
            but,
        )


class RefreshTokenRepository:
    """The statements about a session found by a refresh token, whoever's it is: for `entry.ACCOUNTS`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def lock_session(self, token_hash: bytes) -> tuple[UUID, Account] | None:
        """The live session of a token of an active person. Until the transaction ends nobody else changes it."""
        row = await self._transaction.fetchrow(
            f"""
            select s.id as session_id, {COLUMNS} from todo.sessions s join todo.users u on u.id = s.user_id
            where s.id = (select t.session_id from todo.refresh_tokens t where t.hash = $1) and {_LIVE} and u.active
            for no key update of s""",
            token_hash,
        )
        account = account_of(row)
        return (row["session_id"], account) if row and account else None

    async def find(self, token_hash: bytes) -> RefreshToken | None:
        """The token. Asked after `lock_session`, it shows what others did while that waited."""
        row = await self._transaction.fetchrow(
            """
            select extract(epoch from now() - used_at)::float8 as seconds, successor_salt
            from todo.refresh_tokens where hash = $1""",
            token_hash,
        )
        return RefreshToken(*row) if row else None

    async def rotate(self, session_id: UUID, *, used: bytes, salt: bytes, successor: bytes, days: int) -> None:
        """Uses a token up for its successor, and moves the session's end to `days` from now."""
        await self._transaction.execute(
            """
            with used as (
                update todo.refresh_tokens set used_at = now(), successor_salt = $3 where hash = $2
            ), moved as (
                update todo.sessions set last_used_at = now(), expires_at = now() + make_interval(days => $5) where id = $1
            )
            insert into todo.refresh_tokens (hash, session_id) values ($4, $1)""",
            session_id,
            used,
            salt,
            successor,
            days,
        )

    async def end_session(self, token_hash: bytes) -> UUID | None:
        """Ends the session of a token; whose it was, None if there is none."""
        owner: UUID | None = await self._transaction.fetchval(
            """
            update todo.sessions set ended_at = now()
            where id = (select session_id from todo.refresh_tokens where hash = $1) and ended_at is null returning user_id""",
            token_hash,
        )
        return owner
