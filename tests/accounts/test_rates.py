"""How many requests are taken: the buckets by themselves, and that the server has them where they belong."""

import sys
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from api.errors import RateLimited
from api.middleware import rates
from api.middleware.rates import Buckets, Rate
from tests.accounts.conftest import bearer
from tests.conftest import assert_problem, register, serving


def take(buckets: Buckets, key: object, now: float) -> int | None:
    """The seconds to wait, None if one was there."""
    try:
        buckets.take(key, now)
    except RateLimited as refusal:
        headers = refusal.headers
    else:
        return None
    assert headers["RateLimit-Remaining"] == "0"
    assert headers["RateLimit-Reset"] == headers["Retry-After"]
    return int(headers["Retry-After"])


def test_a_burst_then_as_many_as_flow_in() -> None:
    buckets = Buckets(Rate(burst=10, per_second=2))
    assert [take(buckets, "ada", 0.0) for _ in range(10)] == [None] * 10
    assert take(buckets, "ada", 0.0) == 1
    assert take(buckets, "grace", 0.0) is None
    assert [take(buckets, "ada", 0.6), take(buckets, "ada", 0.6)] == [None, 1]
    assert [take(buckets, "ada", 100.0) for _ in range(11)] == [None] * 10 + [1]


def test_refusals_cost_nothing_more() -> None:
    buckets = Buckets(Rate(burst=10, per_second=2))
    for _ in range(1000):
        take(buckets, "ada", 0.0)
    assert take(buckets, "ada", 0.6) is None


def test_many_keys_take_bounded_memory_and_free_nobody_who_is_limited_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "KEYS_MAX", 100)
    buckets = Buckets(Rate(burst=5, per_second=0.001))
    for number in range(1000):
        take(buckets, number, float(number))
        assert len(buckets._full_at) <= 100
    for _ in range(5):
        take(buckets, "ada", 1000.0)
    assert take(buckets, "ada", 1000.0)
    for number in range(40):
        take(buckets, f"another {number}", 1000.0)
    assert take(buckets, "ada", 1000.0)


SMALL = f"""#!{sys.executable}
from api.middleware import rates
from api.middleware.rates import Rate

rates.PERSON, rates.ADDRESS = Rate(20, 0.5), Rate(60, 0.5)

if __name__ == "__main__":
    from server.main import main

    main()
"""
"""A server with small buckets. Its workers run the file's beginning again, as `spawn` does with a main module."""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "todo-server"
    program.write_text(SMALL)
    program.chmod(0o755)
    monkeypatch.setattr("tests.conftest.BIN", tmp_path)
    return tmp_path


def test_at_the_server(small: Path) -> None:
    with serving(small / "data", TRUSTED_PROXIES="127.0.0.1") as server:
        ada, grace = register(server, "ada"), register(server, "grace")
        script = ada.client.post("/api/auth/tokens", json={"name": "x"}).json()["token"]

        def get(token: str, address: str) -> httpx.Response:
            with server.client(**bearer(token), **{"X-Forwarded-For": address}) as client:
                return client.get("/api/v1/tasks")

        # One person, from wherever they come.
        answers = [get(ada.token, f"198.51.100.{number}") for number in range(25)]
        assert [answer.status_code for answer in answers[:15]] == [200] * 15
        body = assert_problem(answers[-1], 429, "RATE_LIMITED")
        assert body["detail"].startswith("Too many")
        for name in ("Retry-After", "RateLimit-Reset"):
            assert 1 <= int(answers[-1].headers[name]) <= 2
        assert (answers[-1].headers["RateLimit-Limit"], answers[-1].headers["RateLimit-Remaining"]) == ("20", "0")
        assert get(grace.token, "198.51.100.1").status_code == 200
        # A made-up access token of hers takes nothing of hers.
        for _ in range(25):
            get(f"todo_{'A' * 64}", f"198.51.100.{uuid4().int % 200}")
        assert get(script, "198.51.100.3").status_code == 200

        # One address, whoever sends it; of IPv6 the /64.
        statuses = [get("no token", f"2001:db8::{number:x}").status_code for number in range(65)]
        assert statuses[:60] == [401] * 60
        assert statuses[-1] == 429
        assert get(grace.token, "2001:db8::ffff:1").status_code == 429
        assert get(grace.token, "2001:db8:0:1::1").status_code == 200
        with server.client(**{"X-Forwarded-For": "2001:db8::1"}) as client:
            assert client.get("/health/live").status_code == 200
            assert client.get("/").status_code == 200
        ada.client.close()
        grace.client.close()


def test_switched_off(small: Path) -> None:
    with serving(small / "data", TODO_RATE_LIMIT="off") as server:
        ada = register(server, "ada")
        assert {ada.client.get("/api/v1/tasks").status_code for _ in range(70)} == {200}
        ada.client.close()


def test_nobody_at_work_meets_them() -> None:
    """A household, an office behind one address, and a script that sends one request after the other for a quarter hour."""
    assert rates.PERSON.burst >= 20 * 1000
    assert rates.PERSON.per_second >= 100
    assert rates.ADDRESS.per_second >= 5 * rates.PERSON.per_second
