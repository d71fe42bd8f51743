"""Many in parts, so that no statement comes near the database's time limit for one."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
STATEMENT_MAX = 1_000
"""Rows that one statement writes."""


def parts(many: Sequence[T]) -> Iterator[Sequence[T]]:
    """All of them in their order, `STATEMENT_MAX` at a time."""
    return (many[start : start + STATEMENT_MAX] for start in range(0, len(many), STATEMENT_MAX))
