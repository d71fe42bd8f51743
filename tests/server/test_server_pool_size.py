"""How the connections to the PostgreSQL inside are shared."""

import os

import pytest

from api.database.embedded import MAX_CONNECTIONS
from server import pool_size


@pytest.mark.parametrize(("cores", "workers", "each"), [(2, 1, 10), (2, 2, 5), (2, 3, 4), (1, 8, 2), (64, 2, 45)])
def test_by_cores(cores: int, workers: int, each: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    assert pool_size.of_each(None, workers) == each


@pytest.mark.parametrize("workers", [1, 2, 7, 90])
def test_never_more_than_postgresql_takes(workers: int) -> None:
    assert 0 < pool_size.of_each(100, workers) * workers <= MAX_CONNECTIONS - pool_size.KEPT


def test_as_wanted() -> None:
    assert pool_size.of_each(7, 2) == 7
