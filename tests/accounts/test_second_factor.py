"""The second factor: setting it up, signing in with it, and all the ways in which it must not let anybody in."""

import asyncio
import base64
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest
import zxingcpp

from api.database.embedded import Postgres
from api.database.url import parse_url
from tests.accounts.conftest import bearer, in_database, sign_in
from tests.accounts.one_time import PATH, App, begin, standing, switch_on
from tests.conftest import Person, Server, assert_problem

OFF = {"enabled": False, "enabled_at": None, "recovery_codes_left": 0}


def log_in(
    client: httpx.Client, person: Person, code: str | None = None, password: str | None = None
) -> httpx.Response:
    sent = {"email": person.email, "password": password or person.password}
    answer = client.post("/api/auth/login", json=sent if code is None else {**sent, "code": code})
    client.cookies.clear()
    return answer


def wrong(app: App) -> str:
    """Six digits that are no code of these minutes."""
    right = {app.at(steps) for steps in range(-3, 4)}
    return next(f"{number:06}" for number in range(10) if f"{number:06}" not in right)


def scanned(svg: str) -> str:
    """What a camera would read: the picture's rectangles, four dots a module."""
    found = re.search(r' width="(\d+)"', svg)
    assert found
    size, scale = int(found[1]), 4
    dots = bytearray(b"\xff") * (size * scale) ** 2
    for left, top, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+Z", svg):
        for y in range(int(top) * scale, (int(top) + int(height)) * scale):
            begin = y * size * scale + int(left) * scale
            dots[begin : begin + int(width) * scale] = bytes(int(width) * scale)
    [code] = zxingcpp.read_barcodes(memoryview(bytes(dots)).cast("B", (size * scale, size * scale)))
    return code.text


def test_setting_up_confirming_and_signing_in(ada: Person, anonymous: httpx.Client) -> None:
    assert standing(ada) == OFF
    answer = ada.client.post(PATH, json={"password": ada.password})
    body = answer.json()
    assert set(body) == {"secret", "uri", "qr_svg"}
    assert answer.headers["cache-control"] == "no-store"
    uri = urlsplit(body["uri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    shared = parse_qs(uri.query)
    assert (shared["secret"], shared["issuer"], shared["digits"], shared["period"]) == (
        [body["secret"]],
        ["Todo"],
        ["6"],
        ["30"],
    )
    assert scanned(body["qr_svg"]) == body["uri"]

    app = App(body["secret"])
    assert standing(ada) == OFF
    assert log_in(anonymous, ada).status_code == 200  # nothing is asked for before it is confirmed
    confirmed = ada.client.post(f"{PATH}/confirm", json={"code": app.code()})
    codes = confirmed.json()["recovery_codes"]
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", code) for code in codes)
    found = standing(ada)
    assert found["enabled"] is True
    assert found["enabled_at"].endswith("Z")
    assert found["recovery_codes_left"] == 10

    assert_problem(log_in(anonymous, ada), 401, "SECOND_FACTOR_REQUIRED")
    assert_problem(log_in(anonymous, ada, " "), 401, "SECOND_FACTOR_REQUIRED")
    assert_problem(log_in(anonymous, ada, wrong(app)), 401, "INVALID_SECOND_FACTOR")
    typed = app.code()
    entered = log_in(anonymous, ada, f" {typed[:3]} {typed[3:]} ")
    assert entered.status_code == 200
    assert set(entered.json()) == {"user", "token"}
    assert set(entered.json()["user"]) == {"id", "email", "name", "created_at"}


def test_who_does_not_know_the_password_learns_nothing(ada: Person, anonymous: httpx.Client) -> None:
    app = switch_on(ada)
    for code in (None, app.code(), app.recovery_codes[0], "x"):
        assert_problem(log_in(anonymous, ada, code, "not the password"), 401, "INVALID_CREDENTIALS")
    assert standing(ada)["recovery_codes_left"] == 10  # and nothing was used up
    assert log_in(anonymous, ada, app.at(0)).status_code == 200


def test_a_code_is_accepted_once_and_none_before_it(ada: Person, anonymous: httpx.Client) -> None:
    app = switch_on(ada)
    assert_problem(log_in(anonymous, ada, app.at(-1)), 401, "INVALID_SECOND_FACTOR")  # it confirmed the app
    shown = app.at(0)
    assert log_in(anonymous, ada, shown).status_code == 200
    assert_problem(log_in(anonymous, ada, shown), 401, "INVALID_SECOND_FACTOR")
    assert log_in(anonymous, ada, app.at(1)).status_code == 200
    assert_problem(log_in(anonymous, ada, app.at(0)), 401, "INVALID_SECOND_FACTOR")
    for steps in (-3, 3):
        assert_problem(log_in(anonymous, ada, app.at(steps)), 401, "INVALID_SECOND_FACTOR")


def test_one_code_from_ten_places_at_once_lets_one_in(server: Server, ada: Person) -> None:
    app = switch_on(ada)
    for code in (app.code(), app.recovery_codes[0]):

        def attempt(_: int, code: str = code) -> int:
            with server.client() as client:
                return log_in(client, ada, code).status_code

        with ThreadPoolExecutor(10) as threads:
            assert sorted(threads.map(attempt, range(10))) == [200, *[401] * 9]


def test_a_recovery_code_works_once_however_it_is_typed(ada: Person, anonymous: httpx.Client) -> None:
    app = switch_on(ada)
    first, second, *_ = app.recovery_codes
    assert log_in(anonymous, ada, first).status_code == 200
    assert_problem(log_in(anonymous, ada, first), 401, "INVALID_SECOND_FACTOR")
    assert log_in(anonymous, ada, second.replace("-", " ").upper()).status_code == 200
    assert standing(ada)["recovery_codes_left"] == 8


def test_recovery_codes_are_replaced(ada: Person, anonymous: httpx.Client) -> None:
    app = switch_on(ada)
    path, old = f"{PATH}/recovery-codes", app.recovery_codes
    assert_problem(ada.client.post(path, json={"password": "no", "code": app.at(0)}), 403, "INVALID_CREDENTIALS")
    assert_problem(
        ada.client.post(path, json={"password": ada.password, "code": wrong(app)}), 403, "INVALID_SECOND_FACTOR"
    )
    new = ada.client.post(path, json={"password": ada.password, "code": app.code()}).json()["recovery_codes"]
    assert len(new) == 10
    assert not set(new) & set(old)
    assert_problem(log_in(anonymous, ada, old[0]), 401, "INVALID_SECOND_FACTOR")
    assert log_in(anonymous, ada, new[0]).status_code == 200


def test_switching_off_wants_password_and_code(ada: Person, anonymous: httpx.Client) -> None:
    app = switch_on(ada)

    def remove(password: str, code: str) -> httpx.Response:
        return ada.client.request("DELETE", PATH, json={"password": password, "code": code})

    assert_problem(remove("not the password", app.at(0)), 403, "INVALID_CREDENTIALS")
    assert_problem(remove(ada.password, wrong(app)), 403, "INVALID_SECOND_FACTOR")
    assert standing(ada)["enabled"]
    assert remove(ada.password, app.recovery_codes[3]).status_code == 204
    assert standing(ada) == OFF
    assert log_in(anonymous, ada).status_code == 200
    assert_problem(remove(ada.password, app.at(0)), 409, "SECOND_FACTOR_NOT_ENABLED")
    assert_problem(log_in(anonymous, ada, "x", "not the password"), 401, "INVALID_CREDENTIALS")
    assert log_in(anonymous, ada, "whatever").status_code == 200  # a code that nobody asks for


def test_confirming(server: Server, ada: Person) -> None:
    confirm = f"{PATH}/confirm"
    assert_problem(ada.client.post(confirm, json={"code": "123456"}), 409, "SECOND_FACTOR_NOT_ENABLED")
    assert_problem(ada.client.post(PATH, json={"password": "not the password"}), 403, "INVALID_CREDENTIALS")
    old = begin(ada)
    app = begin(ada)  # a second try replaces the first
    for code in (wrong(app), old.at(0), "", "x" * 1000, "١٢٣٤٥٦", "🔑"):
        assert_problem(ada.client.post(confirm, json={"code": code}), 403, "INVALID_SECOND_FACTOR")
    for body in ({}, {"code": 123456}, {"code": None}, {"code": "1", "more": 1}):
        assert_problem(ada.client.post(confirm, json=body), 422, "VALIDATION_ERROR")

    with server.postgres() as postgres:
        asyncio.run(age(postgres, ada.id, minutes=61))
    assert_problem(ada.client.post(confirm, json={"code": app.at(0)}), 409, "SECOND_FACTOR_NOT_ENABLED")
    app = begin(ada)
    assert ada.client.post(confirm, json={"code": app.code()}).status_code == 200
    assert_problem(ada.client.post(confirm, json={"code": app.code()}), 409, "SECOND_FACTOR_ENABLED")
    assert_problem(ada.client.post(PATH, json={"password": ada.password}), 409, "SECOND_FACTOR_ENABLED")


async def age(postgres: Postgres, person: str, *, minutes: int) -> None:
    """Makes a second factor that waits older."""
    connection = await asyncpg.connect(**parse_url(postgres.superuser_url).arguments)
    await connection.execute(
        "update todo.second_factors set created_at = created_at - make_interval(mins => $2) where user_id = $1::uuid",
        person,
        minutes,
    )
    await connection.close()


def test_two_confirmations_at_once_give_one_set_of_codes(server: Server, ada: Person) -> None:
    app = begin(ada)

    def confirm(code: str) -> httpx.Response:
        with server.client(**bearer(ada.token)) as client:
            return client.post(f"{PATH}/confirm", json={"code": code})

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(confirm, [app.at(0)] * 3 + [app.at(1)] * 3))
    good = [answer for answer in answers if answer.status_code == 200]
    assert len(good) == 1
    assert {answer.status_code for answer in answers} <= {200, 403, 409}
    assert standing(ada)["recovery_codes_left"] == 10
    codes = good[0].json()["recovery_codes"]
    with server.client() as client:
        assert log_in(client, ada, codes[0]).status_code == 200


def test_it_is_ones_own(ada: Person, grace: Person, anonymous: httpx.Client) -> None:
    app = switch_on(ada)
    assert standing(grace) == OFF
    assert log_in(anonymous, grace).status_code == 200
    switch_on(grace)
    for code in (app.at(0), app.recovery_codes[0]):
        assert_problem(log_in(anonymous, grace, code), 401, "INVALID_SECOND_FACTOR")
    sent = {"password": grace.password, "code": app.recovery_codes[0]}
    assert_problem(grace.client.request("DELETE", PATH, json=sent), 403, "INVALID_SECOND_FACTOR")
    assert standing(ada)["recovery_codes_left"] == 10


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", PATH, None),
        ("POST", PATH, {"password": "x"}),
        ("POST", f"{PATH}/confirm", {"code": "1"}),
        ("POST", f"{PATH}/recovery-codes", {"password": "x", "code": "1"}),
        ("DELETE", PATH, {"password": "x", "code": "1"}),
    ],
)
def test_not_for_scripts_nor_without_a_token(
    ada: Person, anonymous: httpx.Client, method: str, path: str, body: object
) -> None:
    script = ada.client.post("/api/auth/tokens", json={"name": "x"}).json()["token"]
    assert_problem(anonymous.request(method, path, json=body), 401, "UNAUTHORIZED")
    assert_problem(anonymous.request(method, path, json=body, headers=bearer(script)), 403, "FORBIDDEN")


def test_tokens_and_sessions_stay_and_the_password_alone_still_deletes(ada: Person, anonymous: httpx.Client) -> None:
    script = ada.client.post("/api/auth/tokens", json={"name": "x"}).json()["token"]
    switch_on(ada)
    assert anonymous.get("/api/v1/tasks", headers=bearer(script)).status_code == 200
    assert ada.client.get("/api/auth/me").status_code == 200
    assert ada.client.request("DELETE", "/api/auth/me", json={"password": ada.password}).status_code == 204
    assert_problem(sign_in(anonymous, ada.email), 401, "INVALID_CREDENTIALS")


def test_what_is_kept_tells_nobody_the_codes(server: Server, ada: Person) -> None:
    app = switch_on(ada)
    [[secret]] = in_database(server, "select secret from todo.second_factors where user_id = $1::uuid", ada.id)
    assert base64.b32decode(app.secret) not in secret
    assert app.secret.encode() not in secret
    kept = in_database(server, "select hash from todo.recovery_codes where user_id = $1::uuid", ada.id)
    assert len(kept) == 10
    assert all(len(row[0]) == 32 for row in kept)
