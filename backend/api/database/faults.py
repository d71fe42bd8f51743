"""What a failing database looks like, and what may be done about it.

The taxonomy follows PostgreSQL's appendix A (error codes) and what asyncpg 0.32 was seen to raise for each fault.
"""

import enum

import asyncpg

from api.database.wall import WallDown
from api.errors import DatabaseUnavailable, ProblemError, StorageFull, Unauthorized


class Fault(enum.Enum):
    """What a failure allows."""

    GONE = "the link or the server went away"
    ROLLED_BACK = "the server is there and has surely rolled back: the whole transaction may be repeated"
    HOPELESS = "repeating would not help now"
    NONE = "not a fault of the database but of the program, or a refusal"


_ROLLED_BACK = {"40001", "40P01", "55P03", "22P03"}
_GONE = {"57P01", "57P02", "57P03", "53300", "25P03", "25P04", "25006"}  # the last: another server may lead by now
_HOPELESS = {"57014", "28P01", "28000", "3D000", "42501", "3F000", "42P01", "42883", "53200", "53400", "TD503"}
_FULL = {"53100"}
SLOW = "57014"
"""The state of a statement that took longer than it may: the database is well all the same."""
ENTRY_REFUSED = "TD401"
"""The state with which the functions `todo.enter_*` refuse an ended session or an inactive account."""

_OWNER_GONE = "23503"
"""Every foreign key leads to an account or to a session of it: that one was deleted while the request ran."""

_LOST_TEXTS = ("closed", "closing", "released back to the pool")
_POOLER_TEXTS = ("server login", "query_wait_timeout", "server conn crashed", "pooler", "no more connections")
_TOO_SHORT = "insufficient data left in message"


def is_stale(error: BaseException) -> bool:
    """Whether what this side knows of a statement no longer fits, because a migration has changed a type meanwhile.

    Of a parameter the server says it, in one of two ways. Of a result a pooler lets it come to that it is read as what it no
    longer is; asyncpg then finds too few bytes, or too many, which it tells in classes of Python's own.
    """
    if isinstance(error, AssertionError | BufferError):
        return "in buffer" in str(error)
    state = getattr(error, "sqlstate", None)
    ill_fitting = state == "22P03" or (state == "08P01" and _TOO_SHORT in str(error))
    return ill_fitting or isinstance(error, asyncpg.InvalidCachedStatementError)


def fault_of(error: BaseException) -> Fault:
    """The kind of failure, by class and SQLSTATE."""
    if isinstance(error, WallDown):
        return Fault.HOPELESS
    state = getattr(error, "sqlstate", None)
    if isinstance(error, asyncpg.PostgresError) and state:
        if state in _GONE or (state.startswith("08") and state != "08P01"):
            return Fault.GONE
        if state == "08P01":
            known = any(text in str(error) for text in (*_POOLER_TEXTS, _TOO_SHORT))
            return Fault.GONE if known else Fault.HOPELESS
        if state in _ROLLED_BACK or isinstance(error, asyncpg.InvalidCachedStatementError):
            return Fault.ROLLED_BACK
        return Fault.HOPELESS if state in _HOPELESS or state in _FULL else Fault.NONE
    if isinstance(error, asyncpg.InterfaceError):
        # The same class says that a connection is closed, and that we passed a value which no column takes.
        lost = any(text in str(error) for text in _LOST_TEXTS) and not isinstance(error, ValueError)
        return Fault.GONE if lost else Fault.NONE
    if isinstance(error, asyncpg.InternalClientError) or is_stale(error):
        return Fault.GONE  # nothing is known of the connection
    # ConnectionError, gaierror and FileNotFoundError (no socket) are OSError; a timeout of connect or command is too.
    return Fault.GONE if isinstance(error, OSError) else Fault.NONE


_CAUSES = {"40001": "serialization", "40P01": "deadlock", "55P03": "lock_timeout"}


def cause_of(error: BaseException) -> str:
    """Of a repetition, as the metrics name it."""
    if is_stale(error):
        return "changed_type"
    if fault_of(error) is Fault.GONE:
        return "link"
    return _CAUSES.get(getattr(error, "sqlstate", None) or "", "other")


def as_problem(error: BaseException, *, undecided: bool = False) -> ProblemError | None:
    """What the person is told; None where the error is a bug of ours. `undecided`: a COMMIT was sent, its outcome unknown."""
    state = getattr(error, "sqlstate", None)
    if state in {ENTRY_REFUSED, _OWNER_GONE}:
        return Unauthorized("The session has ended or the token is no longer valid: sign in again.")
    if state in _FULL:
        return StorageFull()
    return DatabaseUnavailable(undecided=undecided) if fault_of(error) is not Fault.NONE else None
