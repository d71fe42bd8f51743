"""As whom a transaction is entered. Each value is the script that begins it: one round trip, one statement after BEGIN.

The simple protocol takes no parameters, so values are written into the text: only from `UUID` and `bytes` objects, whose
text is hexadecimal whatever they hold.
"""

from typing import NewType
from uuid import UUID

Entry = NewType("Entry", str)

ACCOUNTS = Entry("begin; select todo.enter_accounts()")
"""Signing people in and up; no task can be seen."""

OPERATOR = Entry(
    "begin; select set_config('role', 'todo_app', true), set_config('statement_timeout', '0', true),"
    " set_config('lock_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '5min', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)
"""The operator's long work for several people: nobody is named yet, so nothing is seen. Tables grow while it runs, so that
a plan made at its beginning would be wrong at its end."""


def as_session(user: UUID, session: UUID) -> Entry:
    """The person, while this session of theirs lives."""
    return Entry(f"begin; select todo.enter_session('{user!s}', '{session!s}')")


def as_token(user: UUID, token_hash: bytes) -> Entry:
    """The person, while this personal access token of theirs lives."""
    return Entry(f"begin; select todo.enter_token('{user!s}', '\\x{token_hash.hex()}')")


def as_user(user: UUID) -> Entry:
    """The person, while their account is active: for tokens of an external service and the operator's work."""
    return Entry(f"begin; select todo.enter_user('{user!s}')")
