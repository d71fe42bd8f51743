"""As whom the database is asked. The script begins a transaction: one round trip, one statement after BEGIN.

The simple protocol takes no parameters, so values are written into the script: only from `UUID` and `bytes` objects, whose
text is hexadecimal whatever they hold.
"""

from dataclasses import dataclass
from uuid import UUID

ENTER = "todo.enter($1, $2, $3)"
"""SQL for a statement that enters by itself; its first three parameters are a `PersonalEntry`'s values."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The script that begins a transaction."""

    script: str

    @property
    def reading_script(self) -> str:
        """The same for one that must not write."""
        return self.script.replace("begin;", "begin read only;", 1)


@dataclass(frozen=True, slots=True)
class PersonalEntry(Entry):
    """One person's: `values` are those of `todo.enter`: person, session, hash of a token."""

    values: tuple[UUID, UUID | None, bytes | None]


ACCOUNTS = Entry("begin; select todo.enter_accounts()")
"""Signing people in and up; no task can be seen."""

OPERATOR = Entry(
    "begin; select set_config('role', 'todo_app', true), set_config('statement_timeout', '0', true),"
    " set_config('lock_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '5min', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)
"""The operator's long work for several people: nobody is named yet, so nothing is seen. Tables grow while it runs, so that
a plan made at its beginning would be wrong at its end."""


def as_session(user: UUID, session: UUID) -> PersonalEntry:
    """The person, while this session of theirs lives."""
    return PersonalEntry(f"begin; select todo.enter('{user!s}', '{session!s}', null)", (user, session, None))


def as_token(user: UUID, token_hash: bytes) -> PersonalEntry:
    """The person, while this personal access token of theirs lives."""
    return PersonalEntry(
        f"begin; select todo.enter('{user!s}', null, '\\x{token_hash.hex()}')", (user, None, token_hash)
    )


def as_user(user: UUID) -> PersonalEntry:
    """The person, while their account is active: for tokens of an external service and the operator's work."""
    return PersonalEntry(f"begin; select todo.enter('{user!s}', null, null)", (user, None, None))
