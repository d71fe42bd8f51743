"""Personal access tokens."""

import base64
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.accounts.conftest import bearer, in_database
from tests.conftest import Person, Server, assert_problem

TOKENS = "/api/auth/tokens"
NOBODY = "019a0000-0000-7000-8000-000000000000"


def make(person: Person, **more: object) -> dict[str, str]:
    answer = person.client.post(TOKENS, json={"name": "my script", **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def test_it_is_shown_once_and_kept_as_a_hash(server: Server, ada: Person) -> None:
    made = make(ada, name="  my script ", expires_in_days=30)
    assert set(made) == {"id", "name", "token", "created_at", "expires_at"}
    assert made["name"] == "my script"
    assert uuid.UUID(made["id"]).version == 7
    lives = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert lives == timedelta(days=30)
    listed = ada.client.get(TOKENS)
    assert made["token"] not in listed.text
    [row] = listed.json()["tokens"]
    assert row == {name: made[name] for name in ("id", "name", "created_at", "expires_at")} | {"last_used_at": None}
    [kept] = in_database(server, "select t::text from todo.access_tokens t where id = $1", uuid.UUID(made["id"]))
    assert made["token"] not in kept[0]


def test_without_expiry(ada: Person) -> None:
    assert make(ada)["expires_at"] is None
    assert make(ada, expires_in_days=None)["expires_at"] is None
    assert [token["expires_at"] for token in ada.client.get(TOKENS).json()["tokens"]] == [None, None]


def test_what_a_script_may_do(anonymous: httpx.Client, ada: Person) -> None:
    headers = bearer(make(ada)["token"])
    assert anonymous.get("/api/auth/me", headers=headers).json()["user"] == ada.user
    assert anonymous.post("/api/v1/tasks", json={"title": "by a script"}, headers=headers).status_code == 201
    assert [task["title"] for task in ada.tasks()] == ["by a script"]
    [listed] = ada.client.get(TOKENS).json()["tokens"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", listed["last_used_at"])
    calls: list[tuple[str, str, object]] = [
        ("PATCH", "/api/auth/me", {"name": "Eve"}),
        ("DELETE", "/api/auth/me", {"password": ada.password}),
        ("POST", "/api/auth/password", {"current_password": ada.password, "new_password": "seven swans a-swimming"}),
        ("GET", "/api/auth/sessions", None),
        ("DELETE", f"/api/auth/sessions/{uuid.uuid4()}", None),
        ("POST", TOKENS, {"name": "another"}),
        ("GET", TOKENS, None),
        ("DELETE", f"{TOKENS}/{listed['id']}", None),
    ]
    for method, path, sent in calls:
        answer = anonymous.request(method, path, json=sent, headers=headers)
        assert_problem(answer, 403, "FORBIDDEN")
    assert ada.client.get("/api/auth/me").json()["user"] == ada.user


def test_deleting_one(anonymous: httpx.Client, ada: Person) -> None:
    first, second = make(ada), make(ada)
    assert ada.client.delete(f"{TOKENS}/{first['id']}").status_code == 204
    assert_problem(anonymous.get("/api/auth/me", headers=bearer(first["token"])), 401, "UNAUTHORIZED")
    assert_problem(anonymous.get("/api/v1/tasks", headers=bearer(first["token"])), 401, "UNAUTHORIZED")
    assert anonymous.get("/api/auth/me", headers=bearer(second["token"])).status_code == 200
    assert_problem(ada.client.delete(f"{TOKENS}/{first['id']}"), 404, "NOT_FOUND")


def test_a_token_deletes_itself(anonymous: httpx.Client, ada: Person) -> None:
    first, second = make(ada), make(ada)
    headers = bearer(first["token"])
    assert anonymous.delete(f"{TOKENS}/current", headers=headers).status_code == 204
    assert_problem(anonymous.delete(f"{TOKENS}/current", headers=headers), 401, "UNAUTHORIZED")
    assert [token["id"] for token in ada.client.get(TOKENS).json()["tokens"]] == [second["id"]]
    assert_problem(ada.client.delete(f"{TOKENS}/current"), 404, "NOT_FOUND")


def test_somebody_elses(anonymous: httpx.Client, ada: Person, grace: Person) -> None:
    made = make(ada)
    assert_problem(grace.client.delete(f"{TOKENS}/{made['id']}"), 404, "NOT_FOUND")
    assert grace.client.get(TOKENS).json() == {"tokens": []}
    assert anonymous.get("/api/auth/me", headers=bearer(made["token"])).status_code == 200


@pytest.mark.parametrize("unknown", [NOBODY, "1", "x" * 500, NOBODY.replace("-", "")])
def test_no_such_token(ada: Person, unknown: str) -> None:
    assert_problem(ada.client.delete(f"{TOKENS}/{unknown}"), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"name": ""}, {"name": "  "}, {"name": "x" * 101}, {"name": None}, {"name": 5}, {"name": "a\x00b"},
        {"name": "x", "expires_in_days": 0}, {"name": "x", "expires_in_days": 3651}, {"name": "x", "expires_in_days": -1},
        {"name": "x", "expires_in_days": "30"}, {"name": "x", "expires_in_days": 1.5}, {"name": "x", "expires_in_days": True},
        {"name": "x", "expires_at": "2030-01-01"}, {"name": "x", "user_id": "y"}, [], None,
    ],
)  # fmt: skip
def test_wishes_that_are_refused(ada: Person, sent: object) -> None:
    assert_problem(ada.client.post(TOKENS, json=sent), 422, "VALIDATION_ERROR")
    assert ada.client.get(TOKENS).json() == {"tokens": []}


def test_how_long_a_token_may_live_is_said_in_our_words(ada: Person) -> None:
    for days, sentence in ((10**9, "This must be 3650 or less."), (0, "This must be 1 or more.")):
        sent = {"name": "x", "expires_in_days": days}
        problem = assert_problem(ada.client.post(TOKENS, json=sent), 422, "VALIDATION_ERROR")
        assert problem["detail"] == sentence
        assert problem["errors"] == [{"field": "expires_in_days", "message": sentence}]


def test_the_longest_life(ada: Person) -> None:
    ends = datetime.fromisoformat(make(ada, expires_in_days=3650)["expires_at"])
    assert timedelta(days=3649) < ends - datetime.now(UTC) <= timedelta(days=3650)


def test_an_expired_one(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    made = make(ada, expires_in_days=1)
    in_database(
        server, "update todo.access_tokens set expires_at = now() where id = $1 returning id", uuid.UUID(made["id"])
    )
    assert_problem(anonymous.get("/api/auth/me", headers=bearer(made["token"])), 401, "UNAUTHORIZED")


def test_an_inactive_owner(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    made = make(ada)
    in_database(server, "update todo.users set active = false where id = $1 returning id", uuid.UUID(ada.id))
    assert_problem(anonymous.get("/api/v1/tasks", headers=bearer(made["token"])), 401, "UNAUTHORIZED")


def test_it_outlives_the_session_that_made_it(anonymous: httpx.Client, ada: Person) -> None:
    made = make(ada)
    anonymous.post("/api/auth/logout", json={"refresh_token": ada.refresh_token})
    assert anonymous.get("/api/v1/tasks", headers=bearer(made["token"])).status_code == 200


def test_at_most_a_hundred(server: Server, ada: Person) -> None:
    in_database(
        server,
        "insert into todo.access_tokens (id, user_id, hash, name)"
        " select gen_random_uuid(), $1, sha256(n::text::bytea), 'one of many' from generate_series(1, 97) n returning id",
        uuid.UUID(ada.id),
    )

    def one(_: int) -> int:
        with server.client(**bearer(ada.token)) as client:
            return client.post(TOKENS, json={"name": "x"}).status_code

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(one, range(6))) == [201] * 3 + [422] * 3
    assert_problem(ada.client.post(TOKENS, json={"name": "x"}), 422, "VALIDATION_ERROR")


def test_a_token_that_says_it_is_somebody_elses(anonymous: httpx.Client, ada: Person, grace: Person) -> None:
    token = make(ada)["token"]
    raw = base64.urlsafe_b64decode(token.removeprefix("todo_"))
    forged = [
        "todo_" + base64.urlsafe_b64encode(uuid.UUID(grace.id).bytes + raw[16:]).decode(),
        "todo_" + base64.urlsafe_b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode(),
        token[:-1], token + "A", token.upper(), "todo_", "todo_" + "é" * 64, "todo_" + "=" * 64, "Todo_" + token[5:],
    ]  # fmt: skip
    for one in forged:
        answer = anonymous.get("/api/v1/tasks", headers={b"Authorization": f"Bearer {one}".encode()})
        assert_problem(answer, 401, "UNAUTHORIZED")
