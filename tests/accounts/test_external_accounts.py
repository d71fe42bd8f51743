"""Tokens of an external auth service."""

import asyncio
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from api.database.session import Database
from api.database.url import parse_url
from api.errors import SignInServiceUnavailable, Unauthorized
from api.middleware.external import ExternalAccounts
from api.settings import load_settings
from api.utils import remote_keys
from api.utils.remote_keys import KeysUnavailable, RemoteKeys
from tests.accounts.conftest import AUDIENCE, ISSUER, SignInService, bearer, in_database, new_email, sign_up
from tests.accounts.test_forged_tokens import signed
from tests.conftest import PASSWORD, Server, assert_problem


def claims(**changes: object) -> dict[str, Any]:
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": f"person|{uuid.uuid4()}", "iat": now, "exp": now + 300}
    return {name: value for name, value in (whole | changes).items() if value is not ...}


@pytest.fixture
def client(public_server: Server) -> Any:
    with public_server.client() as client:
        yield client


def token(service: SignInService, *, kid: str | None = "one", algorithm: str = "RS256", **changes: object) -> str:
    return jwt.encode(claims(**changes), service.key, algorithm, headers={"kid": kid} if kid else None)


def test_the_account_is_made_at_first_use(client: httpx.Client, service: SignInService) -> None:
    email = new_email("grace")
    headers = bearer(token(service, sub="grace|1", email=email, name="Grace"))
    me = client.get("/api/auth/me", headers=headers).json()["user"]
    assert set(me) == {"id", "email", "name", "created_at"}
    assert (me["email"], me["name"]) == (email, "Grace")
    assert client.post("/api/v1/tasks", json={"title": "Compile"}, headers=headers).status_code == 201
    again = bearer(token(service, sub="grace|1"))
    assert client.get("/api/auth/me", headers=again).json()["user"] == me
    assert len(client.get("/api/v1/tasks", headers=again).json()["tasks"]) == 1


def test_it_is_never_joined_to_another_by_address(client: httpx.Client, service: SignInService) -> None:
    email = new_email()
    local = sign_up(client, email)
    headers = bearer(token(service, email=email))
    me = client.get("/api/auth/me", headers=headers).json()["user"]
    assert me["email"] == email
    assert me["id"] != local.json()["user"]["id"]
    assert client.post("/api/auth/login", json={"email": email, "password": PASSWORD}).json()["user"]["id"] != me["id"]


@pytest.mark.parametrize("email", [..., None, 5, "no address", "a\x00@b.c", ["a@b.c"]])
def test_without_a_usable_address(client: httpx.Client, service: SignInService, email: object) -> None:
    me = client.get("/api/auth/me", headers=bearer(token(service, email=email, name=7))).json()["user"]
    assert (me["email"], me["name"]) == (None, None)


def test_parallel_first_uses_make_one_account(public_server: Server, service: SignInService) -> None:
    headers = bearer(token(service))

    def me(_: int) -> str:
        return str(httpx.get(f"{public_server.url}/api/auth/me", headers=headers).json()["user"]["id"])

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(me, range(8)))) == 1


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256", "PS384", "PS512"])
def test_algorithms_of_the_same_key(client: httpx.Client, service: SignInService, algorithm: str) -> None:
    answer = client.get("/api/auth/me", headers=bearer(token(service, algorithm=algorithm)))
    assert answer.status_code == 200


def test_without_a_key_id(client: httpx.Client, service: SignInService) -> None:
    assert client.get("/api/auth/me", headers=bearer(token(service, kid=None))).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"exp": "9999999999"}, {"exp": ...}, {"exp": 1_700_000_000}, {"exp": True}, {"exp": float("inf")},
        {"exp": None}, {"iss": "https://another.example"}, {"iss": ...}, {"aud": "another"}, {"aud": ...}, {"sub": ...},
        {"sub": ""}, {"sub": 5}, {"sub": None}, {"sub": "x" * 256}, {"sub": "a\x00b"}, {"nbf": "0"},
        {"nbf": 4_000_000_000}, {"iat": "0"}, {"padding": "x" * 4096},
    ],
    ids=str,
)  # fmt: skip
def test_claims_that_are_refused(client: httpx.Client, service: SignInService, change: dict[str, object]) -> None:
    sent = jwt.encode(claims(**change), service.key, "RS256", headers={"kid": "one"})
    assert_problem(client.get("/api/auth/me", headers=bearer(sent)), 401, "UNAUTHORIZED")


def test_shared_secrets_and_foreign_keys_are_refused(client: httpx.Client, service: SignInService) -> None:
    public = service.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )  # what everybody can read must not sign
    other = rsa.generate_private_key(65537, 2048)
    curve = ec.generate_private_key(ec.SECP256R1())
    for forged in (
        signed(public.decode(), claims(), {"alg": "HS256", "kid": "one"}),
        signed(service.document.decode(), claims(), {"alg": "HS256", "kid": "one"}),
        jwt.encode(claims(), "", "none", headers={"kid": "one"}),
        jwt.encode(claims(), other, "RS256", headers={"kid": "one"}),
        jwt.encode(claims(), other, "RS256", headers={"kid": "two", "jku": service.url}),
        jwt.encode(claims(), curve, "ES256", headers={"kid": "one"}),
        token(service)[:-8] + "AAAAAAAA",
    ):
        assert_problem(client.get("/api/auth/me", headers=bearer(forged)), 401, "UNAUTHORIZED")


def test_unknown_keys_are_asked_for_once_a_minute(client: httpx.Client, service: SignInService) -> None:
    client.get("/api/auth/me", headers=bearer(token(service)))
    before = service.fetches
    for number in range(10):
        forged = token(service, kid=f"unknown {number}")
        assert_problem(client.get("/api/auth/me", headers=bearer(forged)), 401, "UNAUTHORIZED")
    assert service.fetches <= before + 1


def test_a_deactivated_account(client: httpx.Client, public_server: Server, service: SignInService) -> None:
    headers = bearer(token(service, sub="to be kept out"))
    assert client.get("/api/auth/me", headers=headers).status_code == 200
    in_database(public_server, "update todo.users set active = false where subject = 'to be kept out' returning id")
    for path in ("/api/auth/me", "/api/v1/tasks"):
        assert_problem(client.get(path, headers=headers), 401, "UNAUTHORIZED")


def test_what_needs_a_password_there_is_none_for(client: httpx.Client, service: SignInService) -> None:
    headers = bearer(token(service))
    for method, path, sent in (
        ("PATCH", "/api/auth/me", {"email": new_email(), "password": "x"}),
        ("DELETE", "/api/auth/me", {"password": ""}),
        ("POST", "/api/auth/password", {"current_password": "", "new_password": "seven swans a-swimming"}),
    ):
        assert_problem(client.request(method, path, json=sent, headers=headers), 403, "INVALID_CREDENTIALS")
    assert client.patch("/api/auth/me", json={"name": "Grace"}, headers=headers).json()["user"]["name"] == "Grace"
    assert client.get("/api/auth/sessions", headers=headers).json() == {"sessions": []}
    made = client.post("/api/auth/tokens", json={"name": "script"}, headers=headers)
    assert client.get("/api/v1/tasks", headers=bearer(made.json()["token"])).status_code == 200
    assert_problem(client.delete("/api/auth/tokens/current", headers=headers), 404, "NOT_FOUND")


def test_other_curves(service: SignInService) -> None:
    curve, edwards = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
    shown = [
        json.loads(jwt.algorithms.ECAlgorithm.to_jwk(curve.public_key())) | {"kid": "curve"},
        json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(edwards.public_key())) | {"kid": "edwards"},
        {"kty": "oct", "k": "eA", "kid": "shared"},
        {"kty": "EC", "crv": "P-256", "kid": "broken"},
        {"kty": ["RSA"], "kid": "odd"},
    ]
    service.publish(*shown)
    keys = RemoteKeys(service.url)

    async def find(kid: str, algorithm: str) -> bool:
        return await keys.find(kid, algorithm) is not None

    async def look() -> list[bool]:
        return [
            await find("curve", "ES256"), await find("edwards", "EdDSA"), await find("one", "PS256"),
            await find("curve", "ES384"), await find("curve", "RS256"), await find("one", "ES256"),
            await find("shared", "HS256"), await find("broken", "ES256"), await find("odd", "RS256"),
        ]  # fmt: skip

    assert asyncio.run(look()) == [True] * 3 + [False] * 6


def test_a_service_that_is_away() -> None:
    keys = RemoteKeys("http://127.0.0.1:1/keys")
    with pytest.raises(KeysUnavailable):
        asyncio.run(keys.find("one", "RS256"))


def test_a_new_key_is_fetched_when_it_is_first_met(service: SignInService, monkeypatch: pytest.MonkeyPatch) -> None:
    service.publish()
    keys = RemoteKeys(service.url)
    assert asyncio.run(keys.find("one", "RS256"))
    key = json.loads(service.document)["keys"][0]
    service.publish(key | {"kid": "two"})
    assert asyncio.run(keys.find("two", "RS256")) is None, "not yet: the keys are fresh"
    monkeypatch.setattr(remote_keys, "UNKNOWN_SECONDS", -1.0)
    assert asyncio.run(keys.find("two", "RS256"))


def test_a_token_that_cannot_be_checked_is_not_the_clients_fault(service: SignInService) -> None:
    settings = load_settings(jwt_jwks_url="http://127.0.0.1:1/keys", jwt_issuer=ISSUER, jwt_audience=AUDIENCE)
    nowhere = Database(parse_url("postgresql://nobody@127.0.0.1:1/nowhere"))
    for sent, refusal in ((token(service), SignInServiceUnavailable), ("x.y.z", Unauthorized)):
        with pytest.raises(refusal):
            asyncio.run(ExternalAccounts(settings).identify(sent, nowhere))
