"""How often a password may be guessed, and from where."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.accounts.conftest import bearer, in_database, new_email, sign_in, sign_up, some_address
from tests.conftest import PASSWORD, Server, assert_problem

Visitor = Callable[[str], httpx.Client]
WRONG = "not the right password"


def assert_limited(answer: httpx.Response, limit: int) -> None:
    assert_problem(answer, 429, "RATE_LIMITED")
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    assert answer.headers["ratelimit-limit"] == str(limit)
    assert answer.headers["ratelimit-remaining"] == "0"
    assert answer.headers["ratelimit-reset"] == answer.headers["retry-after"]


@pytest.fixture
def email(visitor: Visitor) -> str:
    email = new_email()
    assert sign_up(visitor(some_address()), email).status_code == 201
    return email


def test_ten_failures_per_account_and_address(visitor: Visitor, public_server: Server, email: str) -> None:
    address = some_address()
    here, elsewhere = visitor(address), visitor(some_address())
    for spelt in [email, email.upper()] * 5:
        assert_problem(sign_in(here, spelt, WRONG), 401, "INVALID_CREDENTIALS")
    assert_limited(sign_in(here, email, WRONG), 10)
    assert_limited(sign_in(here, email), 10)
    assert sign_in(elsewhere, email).status_code == 200, "an account is never locked for everybody"
    assert_problem(sign_in(here, new_email(), WRONG), 401, "INVALID_CREDENTIALS")
    in_database(
        public_server,
        "update todo.attempts set at = at - interval '16 minutes' where address = $1 returning id",
        address,
    )
    assert sign_in(here, email).status_code == 200, "after a quarter of an hour it is forgotten"


def test_a_success_does_not_take_failures_off_the_count(visitor: Visitor, email: str) -> None:
    here = visitor(some_address())
    for _ in range(9):
        sign_in(here, email, WRONG)
    assert sign_in(here, email).status_code == 200
    assert_problem(sign_in(here, email, WRONG), 401, "INVALID_CREDENTIALS")
    assert_limited(sign_in(here, email), 10)


def test_parallel_guesses_do_not_pass_the_limit(visitor: Visitor, email: str) -> None:
    address = some_address()

    def guess(number: int) -> int:
        return sign_in(visitor(address), email, f"{WRONG} {number}").status_code

    with ThreadPoolExecutor(25) as threads:
        statuses = list(threads.map(guess, range(25)))
    assert sorted(statuses) == [401] * 10 + [429] * 15


def test_a_hundred_failures_per_address(visitor: Visitor, public_server: Server, email: str) -> None:
    address = some_address()
    here = visitor(address)
    assert_problem(sign_in(here, new_email(), WRONG), 401, "INVALID_CREDENTIALS")
    in_database(
        public_server,
        "insert into todo.attempts (kind, address, account)"
        " select 'login', $1, sha256(n::text::bytea) from generate_series(1, 98) n returning id",
        address,
    )
    assert_problem(sign_in(here, new_email(), WRONG), 401, "INVALID_CREDENTIALS")
    assert_limited(sign_in(here, new_email(), WRONG), 100)
    assert_limited(sign_in(here, email), 100)
    assert sign_in(visitor(some_address()), email).status_code == 200


def test_the_password_again_is_guessed_no_more_often(visitor: Visitor, email: str) -> None:
    here = visitor(some_address())
    token = sign_in(here, email).json()["token"]["access_token"]
    calls: list[tuple[str, str, dict[str, str]]] = [
        ("DELETE", "/api/auth/me", {"password": WRONG}),
        ("PATCH", "/api/auth/me", {"email": new_email(), "password": WRONG}),
        ("POST", "/api/auth/password", {"current_password": WRONG, "new_password": "another quiet garden"}),
    ]
    for method, path, sent in [*calls * 3, calls[0]]:
        answer = here.request(method, path, json=sent, headers=bearer(token))
        assert_problem(answer, 403, "INVALID_CREDENTIALS")
    right = {"current_password": PASSWORD, "new_password": "another quiet garden"}
    for method, path, sent in [*calls, ("POST", "/api/auth/password", right)]:
        assert_limited(here.request(method, path, json=sent, headers=bearer(token)), 10)
    assert_limited(sign_in(here, email), 10)
    assert here.get("/api/auth/me", headers=bearer(token)).status_code == 200


def test_a_thousand_registrations_an_hour_per_address(visitor: Visitor, public_server: Server) -> None:
    address = some_address()
    in_database(
        public_server,
        "insert into todo.attempts (kind, address) select 'register', $1 from generate_series(1, 999) returning id",
        address,
    )
    assert sign_up(visitor(address), new_email()).status_code == 201
    assert_limited(sign_up(visitor(address), new_email()), 1000)
    assert sign_up(visitor(some_address()), new_email()).status_code == 201


def test_refreshing_in_vain(visitor: Visitor, public_server: Server, email: str) -> None:
    address = some_address()
    here = visitor(address)
    good = sign_in(here, email).headers["set-cookie"].partition("=")[2].partition(";")[0]
    in_database(
        public_server,
        "insert into todo.attempts (kind, address) select 'refresh', $1 from generate_series(1, 99) returning id",
        address,
    )
    assert_problem(here.post("/api/auth/refresh", json={"refresh_token": "x"}), 401, "UNAUTHORIZED")
    assert_limited(here.post("/api/auth/refresh", json={"refresh_token": "x"}), 100)
    assert here.post("/api/auth/refresh", json={"refresh_token": good}).status_code == 200


def test_an_address_that_the_client_made_up_does_not_count(visitor: Visitor, email: str) -> None:
    address = some_address()
    for number in range(10):
        client = visitor(f"198.51.100.{number}, {address}, 10.1.2.3")
        assert_problem(sign_in(client, email, WRONG), 401, "INVALID_CREDENTIALS")
    assert_limited(sign_in(visitor(f"198.51.100.77, {address}"), email), 10)


def test_without_proxies_the_header_counts_for_nothing(limited_server: Server) -> None:
    email = new_email()
    with limited_server.client() as client:
        assert sign_up(client, email).status_code == 201
        for number in range(10):
            client.headers["X-Forwarded-For"] = f"198.51.100.{number}"
            sign_in(client, email, WRONG)
        client.headers["X-Forwarded-For"] = "198.51.100.99"
        assert_limited(sign_in(client, email), 10)


def test_one_customer_has_a_whole_64_of_ipv6(visitor: Visitor, email: str) -> None:
    network = f"2001:db8:{new_email()[-16:-12]}:1"
    for number in range(10):
        sign_in(visitor(f"{network}::{number:x}"), email, WRONG)
    assert_limited(sign_in(visitor(f"{network}:ffff::1"), email), 10)


def test_switched_off(anonymous: httpx.Client) -> None:
    email = new_email()
    sign_up(anonymous, email)
    for _ in range(12):
        assert_problem(sign_in(anonymous, email, WRONG), 401, "INVALID_CREDENTIALS")
    assert sign_in(anonymous, email).status_code == 200
