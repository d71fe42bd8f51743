"""Access tokens that we never issued, or no longer honour (RFC 8725; OWASP ASVS 5.0, 9.1 and 9.2)."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.accounts.conftest import bearer
from tests.conftest import Person, Server, assert_problem, register

NOBODY = "019a0000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def ada(server: Server) -> Iterator[Person]:
    """One person for all: nothing here gets in."""
    person = register(server, "ada")
    yield person
    person.client.close()


@pytest.fixture
def key(server: Server) -> str:
    """The server's own secret: what the forgeries below get wrong is something else."""
    return server.beside.get("JWT_SECRET") or (server.data_dir / "secrets" / "jwt_secret").read_text().strip()


@pytest.fixture
def claims(ada: Person) -> dict[str, Any]:
    return dict(jwt.decode(ada.token, options={"verify_signature": False}))


def encoded(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def signed(key: str, payload: object, header: object = None) -> str:
    """A token with a right signature, whatever stands in it."""
    text = f"{encoded({'alg': 'HS256', 'typ': 'at+jwt'} if header is None else header)}.{encoded(payload)}"
    return f"{text}.{encoded(hmac.digest(key.encode(), text.encode(), hashlib.sha256))}"


def refused(client: httpx.Client, token: str) -> None:
    for path in ("/api/auth/me", "/api/v1/tasks"):
        answer = client.get(path, headers=bearer(token))
        assert_problem(answer, 401, "UNAUTHORIZED")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert len(token) < 40 or token[-40:] not in answer.text


def test_the_way_of_making_them_is_right(anonymous: httpx.Client, key: str, claims: dict[str, Any]) -> None:
    assert anonymous.get("/api/auth/me", headers=bearer(signed(key, claims))).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"}, {"alg": "nOnE", "typ": "at+jwt"}, {"alg": "HS512"}, {"alg": "RS256"}, {"alg": ["HS256"]},
        {"alg": None}, {"typ": "at+jwt"}, {"alg": "HS256"}, {"alg": "HS256", "typ": "JWT"},
        {"alg": "HS256", "typ": "refresh+jwt"},
        {"alg": "HS256", "typ": "at+jwt", "crit": ["exp"]}, {"alg": "HS256", "typ": "at+jwt", "kid": 5}, [], "x", 5,
        {"alg": "HS256", "typ": "at+jwt", "b64": False, "crit": ["b64"]},
    ],
)  # fmt: skip
def test_headers(anonymous: httpx.Client, key: str, claims: dict[str, Any], header: object) -> None:
    refused(anonymous, signed(key, claims, header))
    unsigned = f"{encoded(header)}.{encoded(claims)}"
    refused(anonymous, unsigned + ".")
    refused(anonymous, unsigned)


@pytest.mark.parametrize("name", ["kid", "jku", "x5u"])
@pytest.mark.parametrize("value", ["../../dev/null", "' or 1=1 --", "http://127.0.0.1:1/keys"])
def test_a_header_does_not_choose_the_key(
    anonymous: httpx.Client, claims: dict[str, Any], name: str, value: str
) -> None:
    header = {"alg": "HS256", "typ": "at+jwt", name: value}
    for chosen in ("", "x" * 32, value):
        refused(anonymous, signed(chosen, claims, header))


def test_a_key_of_its_own(anonymous: httpx.Client, claims: dict[str, Any]) -> None:
    own = rsa.generate_private_key(65537, 2048)
    shown = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(own.public_key()))
    refused(anonymous, jwt.encode(claims, own, "RS256", headers={"typ": "at+jwt", "jwk": shown}))
    secret = {"kty": "oct", "k": encoded(b"x" * 32)}
    refused(anonymous, signed("x" * 32, claims, {"alg": "HS256", "typ": "at+jwt", "jwk": secret}))


def changed(**changes: object) -> dict[str, object]:
    return changes


@pytest.mark.parametrize(
    "change",
    [
        changed(exp="9999999999"), changed(exp=9999999999.5), changed(exp=None), changed(exp=True), changed(exp=[]),
        changed(exp=1_700_000_000), changed(exp=0), changed(exp=-1),
        changed(nbf=4_000_000_000), changed(iat=4_000_000_000), changed(iat="x"), changed(nbf=None),
        changed(iss="https://another.example"), changed(iss=None), changed(iss=["todo"]),
        changed(aud="another-api"), changed(aud=["todo-api"]), changed(aud=["todo-api", "x"]), changed(aud=None),
        changed(sub=5), changed(sub=None), changed(sub=""), changed(sub=[]), changed(sub="me"),
        changed(sub=NOBODY), changed(sid=5),
        changed(sid=None), changed(sid="x"), changed(sid=NOBODY), changed(jti=None), changed(email=5),
    ],
    ids=str,
)  # fmt: skip
def test_claims(anonymous: httpx.Client, key: str, claims: dict[str, Any], change: dict[str, object]) -> None:
    if change == {"email": 5}:  # nothing rests on what it says
        assert anonymous.get("/api/auth/me", headers=bearer(signed(key, claims | change))).status_code == 200
    else:
        refused(anonymous, signed(key, claims | change))


@pytest.mark.parametrize("name", ["sub", "sid", "email", "iat", "nbf", "exp", "iss", "aud", "jti"])
def test_every_claim_is_needed(anonymous: httpx.Client, key: str, claims: dict[str, Any], name: str) -> None:
    del claims[name]
    refused(anonymous, signed(key, claims))


def test_a_session_opens_its_own_account_only(
    anonymous: httpx.Client, key: str, claims: dict[str, Any], grace: Person
) -> None:
    refused(anonymous, signed(key, claims | {"sub": grace.id}))
    refused(anonymous, signed(key, claims | {"sub": grace.id.upper()}))
    refused(anonymous, signed(key, claims | {"sid": "{" + claims["sid"] + "}"}))


def test_another_key(anonymous: httpx.Client, claims: dict[str, Any]) -> None:
    for other in ("", "short", secrets.token_urlsafe(32), "todo", "None"):
        refused(anonymous, signed(other, claims))


def test_each_part_counts(anonymous: httpx.Client, ada: Person) -> None:
    header, payload, signature = ada.token.split(".")
    for place in (0, len(payload) // 2, len(payload) - 2):
        other = "A" if payload[place] != "A" else "B"
        refused(anonymous, f"{header}.{payload[:place]}{other}{payload[place + 1 :]}.{signature}")
    other = "A" if signature[5] != "A" else "B"
    refused(anonymous, f"{header}.{payload}.{signature[:5]}{other}{signature[6:]}")
    refused(anonymous, f"{header}.{payload}.{signature[:-4]}")
    for last in set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") - {signature[-1]}:
        refused(anonymous, f"{header}.{payload}.{signature[:-1]}{last}")
    for trailing in ("x", ".", "=", " x", ".x", "%00", "!", "\t."):
        refused(anonymous, ada.token + trailing)


def test_too_long_too_deep_too_odd(anonymous: httpx.Client, key: str, claims: dict[str, Any]) -> None:
    refused(anonymous, signed(key, claims | {"padding": "x" * 4096}))
    refused(anonymous, signed(key, b"[" * 2000 + b"]" * 2000))
    refused(anonymous, signed(key, b'{"sub": 1, "sub": 2}'))
    refused(anonymous, signed(key, b"\xff\xfe"))
    refused(anonymous, signed(key, b"null"))
    for token in ("x", ".", "..", "...", "a.b.c", "null", "undefined", "Bearer"):
        refused(anonymous, token)


@pytest.mark.parametrize("scheme", ["", "Basic ", "Bearer", "Token ", "bearer:"])
def test_other_ways_of_sending_it(anonymous: httpx.Client, ada: Person, scheme: str) -> None:
    assert_problem(anonymous.get("/api/auth/me", headers={"Authorization": scheme + ada.token}), 401, "UNAUTHORIZED")


def test_two_headers_are_none(server: Server, ada: Person) -> None:
    headers = [("Authorization", f"Bearer {ada.token}")] * 2
    assert_problem(httpx.get(f"{server.url}/api/auth/me", headers=headers), 401, "UNAUTHORIZED")


def test_not_in_the_address_nor_a_cookie(server: Server, ada: Person) -> None:
    assert_problem(httpx.get(f"{server.url}/api/auth/me?access_token={ada.token}"), 401, "UNAUTHORIZED")
    headers = {"Cookie": f"access_token={ada.token}; todo_refresh={ada.refresh_token}"}
    assert_problem(httpx.get(f"{server.url}/api/auth/me", headers=headers), 401, "UNAUTHORIZED")


def test_any_case_of_bearer(anonymous: httpx.Client, ada: Person) -> None:
    for scheme in ("bearer", "BEARER"):
        assert anonymous.get("/api/auth/me", headers={"Authorization": f"{scheme} {ada.token}"}).status_code == 200


def test_no_external_service_where_none_is_configured(anonymous: httpx.Client, claims: dict[str, Any]) -> None:
    own = rsa.generate_private_key(65537, 2048)
    refused(anonymous, jwt.encode(claims, own, "RS256"))


def test_nothing_secret_is_logged(server: Server, ada: Person, key: str) -> None:
    output = "".join(server.output)
    for secret in (ada.password, ada.token, ada.refresh_token, key, ada.email):
        assert secret not in output
