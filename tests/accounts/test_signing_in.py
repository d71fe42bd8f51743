"""Signing in."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import jwt
import pytest

from tests.accounts.conftest import in_database, new_email, refresh_token_in, sign_in
from tests.conftest import Person, Server, assert_problem

WRONG = "not the right password"


def test_the_right_password_signs_in(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    answer = sign_in(anonymous, ada.email)
    assert answer.status_code == 200
    assert answer.json()["user"] == ada.user
    assert answer.headers["cache-control"] == "no-store"
    assert refresh_token_in(answer) != ada.refresh_token


def test_what_an_access_token_says(ada: Person) -> None:
    assert jwt.get_unverified_header(ada.token) == {"alg": "HS256", "typ": "at+jwt"}
    claims = jwt.decode(ada.token, options={"verify_signature": False})
    assert set(claims) == {"sub", "sid", "email", "iat", "nbf", "exp", "iss", "aud", "jti"}
    assert (claims["sub"], claims["email"]) == (ada.id, ada.email)
    assert claims["exp"] - claims["iat"] == 900
    session = ada.client.get("/api/auth/sessions").json()["sessions"][0]
    assert claims["sid"] == session["id"]


def test_unknown_wrong_and_inactive_are_answered_alike(
    server: Server, anonymous: httpx.Client, ada: Person, grace: Person
) -> None:
    in_database(server, "update todo.users set active = false where email = $1 returning id", grace.email)
    answers = [
        sign_in(anonymous, new_email()),
        sign_in(anonymous, ada.email, WRONG),
        sign_in(anonymous, grace.email),
        sign_in(anonymous, "no address at all"),
        sign_in(anonymous, ""),
        sign_in(anonymous, ada.email, ""),
        sign_in(anonymous, ada.email, "x" * 10_000),
    ]
    bodies = [assert_problem(answer, 401, "INVALID_CREDENTIALS") for answer in answers]
    for body in bodies:
        del body["timestamp"], body["request_id"]
    assert all(body == bodies[0] for body in bodies)
    assert all("set-cookie" not in answer.headers for answer in answers)
    assert {frozenset(answer.headers) for answer in answers} == {frozenset(answers[0].headers)}
    assert answers[0].headers["www-authenticate"] == "Bearer"


def test_unknown_and_wrong_take_as_long(anonymous: httpx.Client, ada: Person) -> None:
    def seconds(email: str) -> float:
        started = time.perf_counter()
        sign_in(anonymous, email, WRONG)
        return time.perf_counter() - started

    times = [(seconds(ada.email), seconds(new_email())) for _ in range(15)]
    wrong, unknown = (statistics.median(column) for column in zip(*times, strict=True))
    # Without the decoy it would be a tenth.
    assert 0.6 < unknown / wrong < 1.7


def test_parallel_sign_ins_all_succeed(server: Server, ada: Person) -> None:
    def enter(_: int) -> int:
        with server.client() as client:
            return sign_in(client, ada.email).status_code

    with ThreadPoolExecutor(10) as threads:
        assert list(threads.map(enter, range(20))) == [200] * 20


def test_a_hash_of_other_parameters_is_renewed(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(ada.password)
    in_database(server, "update todo.users set password_hash = $2 where email = $1 returning id", ada.email, cheap)
    assert sign_in(anonymous, ada.email).status_code == 200
    [row] = in_database(server, "select password_hash from todo.users where email = $1", ada.email)
    assert row[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in(anonymous, ada.email).status_code == 200


def test_an_account_without_password_cannot_be_entered(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    in_database(server, "update todo.users set password_hash = null where email = $1 returning id", ada.email)
    for password in ("", ada.password, "None"):
        assert_problem(sign_in(anonymous, ada.email, password), 401, "INVALID_CREDENTIALS")


@pytest.mark.parametrize("field", ["email", "password"])
def test_what_cannot_be_a_text(anonymous: httpx.Client, ada: Person, field: str) -> None:
    for value in (None, 5, "a\x00b"):
        sent = {"email": ada.email, "password": ada.password, field: value}
        assert_problem(anonymous.post("/api/auth/login", json=sent), 422, "VALIDATION_ERROR")
    for text in (r'"\ud800"', "NaN"):
        body = f'{{"email": "a@b.c", "password": "x", "{field}": {text}}}'
        answer = anonymous.post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
        assert_problem(answer, 422, "VALIDATION_ERROR")
