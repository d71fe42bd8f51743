"""Making an account."""

import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.accounts.conftest import new_email, refresh_token_in, sign_in, sign_up
from tests.conftest import PASSWORD, Person, Server, assert_problem

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"


def test_a_new_account_is_signed_in(anonymous: httpx.Client) -> None:
    email = new_email()
    answer = sign_up(anonymous, email, name="  Ada Lovelace ")
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"user", "token"}
    assert set(body["user"]) == {"id", "email", "name", "created_at"}
    assert (body["user"]["email"], body["user"]["name"]) == (email, "Ada Lovelace")
    assert uuid.UUID(body["user"]["id"]).version == 7
    assert re.fullmatch(MOMENT, body["user"]["created_at"])
    assert set(body["token"]) == {"access_token", "token_type", "expires_in"}
    assert (body["token"]["token_type"], body["token"]["expires_in"]) == ("bearer", 900)
    assert answer.headers["cache-control"] == "no-store"
    me = anonymous.get("/api/auth/me", headers={"Authorization": f"Bearer {body['token']['access_token']}"})
    assert me.json() == {"user": body["user"]}


def test_the_cookie_is_kept_from_scripts_and_other_sites(anonymous: httpx.Client) -> None:
    answer = sign_up(anonymous, new_email())
    name, *rest = answer.headers["set-cookie"].split("; ")
    assert re.fullmatch(r"todo_refresh=[A-Za-z0-9_-]{43}", name)
    assert set(rest) == {"Path=/api/auth", f"Max-Age={30 * 24 * 3600}", "HttpOnly", "SameSite=Strict"}
    assert refresh_token_in(answer) not in answer.text


def test_the_cookie_is_secure_over_https(public_server: Server) -> None:
    with public_server.client() as client:
        cookie = sign_up(client, new_email()).headers["set-cookie"]
    assert cookie.startswith("__Secure-todo_refresh=")
    assert "Secure" in cookie.split("; ")


@pytest.mark.parametrize(
    "respell", [str.lower, str.upper, lambda email: f"  {email}\t", lambda email: email.replace("é", "e\u0301")]
)
def test_one_address_is_one_account_however_it_is_spelt(anonymous: httpx.Client, respell: object) -> None:
    email = new_email("André")
    assert sign_up(anonymous, email).json()["user"]["email"] == email
    spelt = respell(email)  # type: ignore[operator]
    assert_problem(sign_up(anonymous, spelt), 409, "EMAIL_TAKEN")
    assert sign_in(anonymous, spelt).status_code == 200


def test_parallel_registrations_of_one_address_make_one_account(server: Server) -> None:
    email = new_email()

    def register(upper: bool) -> httpx.Response:
        with server.client() as client:
            return sign_up(client, email.upper() if upper else email)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(register, [True, False] * 4))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409, "EMAIL_TAKEN")


@pytest.mark.parametrize(
    "email",
    [
        "", " ", "ada", "ada@", "@example.com", "ada@@example.com", "a@b@example.com", "ada lovelace@example.com",
        "ada@exam\nple.com", "ada\u200b@example.com", "ada@example..com", "ada@.example.com", "ada@example.com.",
        "a" * 243 + "@example.com", "Ada <ada@example.com>", "ada@example.com\x00", "ada@\ud800.com", None, 7, ["a@b.c"],
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(anonymous: httpx.Client, email: object) -> None:
    body = json.dumps({"email": email, "password": PASSWORD})
    answer = anonymous.post("/api/auth/register", content=body, headers={"Content-Type": "application/json"})
    assert [error["field"] for error in assert_problem(answer, 422, "VALIDATION_ERROR")["errors"]] == ["email"]


@pytest.mark.parametrize("domain", ["localhost", "example.test", "xn--bcher-kva.example", "bücher.example", "1.2.3.4"])
def test_any_sensible_address_is_taken(anonymous: httpx.Client, domain: str) -> None:
    email = new_email("o'brien+todo").partition("@")[0] + "@" + domain
    assert sign_up(anonymous, email).json()["user"]["email"] == email


def test_an_address_has_at_most_254_characters(anonymous: httpx.Client) -> None:
    local = new_email().partition("@")[0]
    assert sign_up(anonymous, f"{local}@{'x' * (253 - len(local))}").status_code == 201
    assert sign_up(anonymous, f"{local}@{'x' * (254 - len(local))}").status_code == 422


@pytest.mark.parametrize(
    "password",
    [
        "", "1234567", "äöüäöüä", "x" * 129, "password", "PassWord", "1234567890", "qwertyuiop", "sunshine1", "a\x00bcdefgh",
        "abcdefg\ud800", "e\u0301" * 4, None, 12345678, ["a long password"],
    ],
)  # fmt: skip
def test_passwords_that_are_refused(anonymous: httpx.Client, password: object) -> None:
    body = json.dumps({"email": new_email(), "password": password})
    answer = anonymous.post("/api/auth/register", content=body, headers={"Content-Type": "application/json"})
    assert [error["field"] for error in assert_problem(answer, 422, "VALIDATION_ERROR")["errors"]] == ["password"]


def test_the_own_address_is_no_password(anonymous: httpx.Client) -> None:
    email = new_email()
    assert_problem(sign_up(anonymous, email, email.upper()), 422, "VALIDATION_ERROR")


@pytest.mark.parametrize("password", ["zzyzxqjv", "x" * 128, "        ", "🦔" * 8, " leading and trailing "])
def test_passwords_are_taken_as_they_are(anonymous: httpx.Client, password: str) -> None:
    email = new_email()
    assert sign_up(anonymous, email, password).status_code == 201
    assert sign_in(anonymous, email, password).status_code == 200
    assert_problem(sign_in(anonymous, email, password + " "), 401, "INVALID_CREDENTIALS")
    assert_problem(sign_in(anonymous, email, password[:-1]), 401, "INVALID_CREDENTIALS")


def test_a_password_is_one_whichever_way_a_keyboard_writes_its_accents(anonymous: httpx.Client) -> None:
    email = new_email()
    assert sign_up(anonymous, email, "un été à la mer").status_code == 201
    assert sign_in(anonymous, email, "un e\u0301te\u0301 a\u0300 la mer").status_code == 200


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b", 5, ["Ada"]])
def test_names_that_are_refused(anonymous: httpx.Client, name: object) -> None:
    answer = sign_up(anonymous, new_email(), name=name)
    assert [error["field"] for error in assert_problem(answer, 422, "VALIDATION_ERROR")["errors"]] == ["name"]


@pytest.mark.parametrize("name", [None, "🦔" * 100])
def test_names_that_are_taken(anonymous: httpx.Client, name: object) -> None:
    assert sign_up(anonymous, new_email(), name=name).json()["user"]["name"] == name


@pytest.mark.parametrize("more", [{"id": str(uuid.uuid4())}, {"active": True}, {"created_at": "2020-01-01T00:00:00Z"}])
def test_nothing_else_can_be_said(anonymous: httpx.Client, more: dict[str, object]) -> None:
    answer = anonymous.post("/api/auth/register", json={"email": new_email(), "password": PASSWORD, **more})
    assert_problem(answer, 422, "VALIDATION_ERROR")


@pytest.mark.parametrize("call", ["register", "login"])
def test_how_a_request_may_look(anonymous: httpx.Client, call: str) -> None:
    path, sent = f"/api/auth/{call}", {"email": new_email(), "password": PASSWORD}
    assert_problem(anonymous.post(path), 422, "VALIDATION_ERROR")
    assert_problem(anonymous.post(path, json=[]), 422, "VALIDATION_ERROR")
    assert_problem(anonymous.post(path, json={"email": sent["email"]}), 422, "VALIDATION_ERROR")
    assert_problem(anonymous.post(path, json=sent, params={"next": "/"}), 422, "VALIDATION_ERROR")
    assert_problem(anonymous.post(path, data=sent), 415, "UNSUPPORTED_MEDIA_TYPE")
    assert_problem(anonymous.post(path, json=sent | {"password": "x" * 70_000}), 413, "PAYLOAD_TOO_LARGE")
    assert_problem(anonymous.put(path, json=sent), 401, "UNAUTHORIZED")


def test_pages_of_another_origin_are_refused(anonymous: httpx.Client, ada: Person) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        sent = {"email": new_email(), "password": PASSWORD}
        answer = anonymous.post("/api/auth/register", json=sent, headers={"Origin": origin})
        assert_problem(answer, 403, "FORBIDDEN")
        assert "set-cookie" not in answer.headers
        assert_problem(ada.client.get("/api/auth/me", headers={"Origin": origin}), 403, "FORBIDDEN")
    own = str(anonymous.base_url).rstrip("/")
    assert ada.client.get("/api/auth/me", headers={"Origin": own}).status_code == 200


def test_where_registration_is_closed(closed_server: Server) -> None:
    with closed_server.client() as client:
        assert_problem(sign_up(client, new_email()), 403, "REGISTRATION_CLOSED")
        assert_problem(sign_up(client, "no address"), 422, "VALIDATION_ERROR")
