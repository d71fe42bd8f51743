"""What a repository sends, written down instead of sent, so that pgbench's statements cannot go stale."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from api.database.entry import as_session
from api.database.transaction import Reading, Transaction
from api.repositories.idempotency_repository import IdempotencyRepository
from api.repositories.task_reader import TaskReader
from api.repositories.task_repository import TaskRepository

_NOBODY = UUID(int=0)
_LITERAL = re.compile(r"[eE]?'(?:[^']|'')*'")


class _Notebook:
    """Stands where a connection would: writes down what is sent, and finds nothing."""

    def __init__(self) -> None:
        self.written: list[tuple[str, int]] = []

    async def fetchrow(self, sql: str, *values: object) -> None:
        self.written.append((sql, len(values)))

    fetchval = fetchrow

    async def execute(self, sql: str, *values: object) -> str:
        self.written.append((sql, len(values)))
        return ""


def sent(call: Callable[[TaskRepository], Awaitable[object]], *values: str) -> str:
    """The one statement that the call sends, with `values`, pgbench's words, for its parameters."""
    return _written(lambda notebook: call(TaskRepository(Transaction(notebook), _NOBODY)), values)


def read(call: Callable[[TaskReader], Awaitable[object]], *values: str) -> str:
    """The same of the reader of tasks; the statement enters by itself."""
    entered = as_session(_NOBODY, _NOBODY)
    values = (":user_id", ":session_id", "null", *values)
    return _written(lambda notebook: call(TaskReader(Reading(notebook, entered))), values)


def sent_for_key(call: Callable[[IdempotencyRepository], Awaitable[object]], *values: str) -> str:
    """The same of the repository of idempotency keys."""
    return _written(lambda notebook: call(IdempotencyRepository(Transaction(notebook), _NOBODY)), values)


def _written(call: Callable[[_Notebook], Awaitable[object]], values: tuple[str, ...]) -> str:
    notebook = _Notebook()

    async def run() -> None:
        await call(notebook)

    asyncio.run(run())
    ((sql, count),) = notebook.written
    if count != len(values):
        raise SystemExit(f"bench/statements.py names {len(values)} values for a statement with {count}: {sql}")
    return re.sub(r"\$(\d+)", lambda found: values[int(found[1]) - 1], _LITERAL.sub(_without_colons, sql))


def _without_colons(literal: re.Match[str]) -> str:
    """pgbench would take `:MI` for a variable, inside of a literal too."""
    text = literal[0]
    if ":" not in text:
        return text
    text = text if text[0] in "eE" else "E" + text.replace("\\", "\\\\")
    return text.replace(":", "\\x3a")
