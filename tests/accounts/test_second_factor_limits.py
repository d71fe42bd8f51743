"""How often a one-time code may be guessed: by an address as passwords are, and by the account from everywhere."""

from collections.abc import Iterator

import httpx
import pytest

from tests.accounts.conftest import in_database, some_address
from tests.accounts.one_time import PATH, App, switch_on
from tests.accounts.test_limits import Visitor, assert_limited
from tests.accounts.test_second_factor import log_in, wrong
from tests.conftest import Person, Server, assert_problem, register


@pytest.fixture
def guarded(public_server: Server) -> Iterator[tuple[Person, App]]:
    """Somebody with a second factor where limits are on."""
    person = register(public_server, "ada")
    person.client.headers["X-Forwarded-For"] = some_address()
    yield person, switch_on(person)
    person.client.close()


def test_wrong_codes_count_like_wrong_passwords(guarded: tuple[Person, App], visitor: Visitor) -> None:
    person, app = guarded
    thief = visitor(some_address())
    for _ in range(20):
        assert_problem(log_in(thief, person), 401, "SECOND_FACTOR_REQUIRED")  # right as far as it goes: no guess
    for number in range(10):
        code = wrong(app) if number % 2 else "aaaa-bbbb-cccc-dddd"
        assert_problem(log_in(thief, person, code), 401, "INVALID_SECOND_FACTOR")
    assert_limited(log_in(thief, person, app.at(0)), 10)
    assert_limited(log_in(thief, person, app.recovery_codes[0]), 10)
    assert log_in(visitor(some_address()), person, app.at(0)).status_code == 200  # its owner, from elsewhere


def test_so_do_wrong_codes_of_who_is_signed_in(guarded: tuple[Person, App]) -> None:
    person, app = guarded

    def remove(code: str) -> httpx.Response:
        return person.client.request("DELETE", PATH, json={"password": person.password, "code": code})

    for _ in range(10):
        assert_problem(remove(wrong(app)), 403, "INVALID_SECOND_FACTOR")
    assert_limited(remove(app.at(0)), 10)


def test_from_a_hundred_addresses_one_account_is_guessed_a_hundred_times(
    guarded: tuple[Person, App], visitor: Visitor, public_server: Server
) -> None:
    person, app = guarded
    in_database(
        public_server,
        "insert into todo.attempts (kind, address) select 'code', $1 from generate_series(1, 98)",
        person.id,
    )
    for _ in range(2):
        assert_problem(log_in(visitor(some_address()), person, wrong(app)), 401, "INVALID_SECOND_FACTOR")
    limited = log_in(visitor(some_address()), person, app.at(0))
    assert_problem(limited, 429, "RATE_LIMITED")
    assert limited.headers["RateLimit-Limit"] == "100"
    assert log_in(visitor(some_address()), person, app.recovery_codes[0]).status_code == 200
    assert_problem(log_in(visitor(some_address()), person, password="not the password"), 401, "INVALID_CREDENTIALS")
