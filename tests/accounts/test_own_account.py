"""Changing, protecting and deleting one's own account."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.accounts.conftest import bearer, in_database, new_email, second_session, sign_in, sign_up
from tests.conftest import Person, Server, assert_problem

ME, PASSWORD_PATH = "/api/auth/me", "/api/auth/password"
WRONG = "not the right password"
NEW = "seven swans a-swimming"


def test_the_name(ada: Person) -> None:
    answer = ada.client.patch(ME, json={"name": " Ada "})
    assert answer.status_code == 200
    assert answer.json() == {"user": ada.user | {"name": "Ada"}}
    assert ada.client.get(ME).json() == answer.json()
    assert ada.client.patch(ME, json={"name": None}).json()["user"]["name"] is None


def test_a_new_address_needs_the_password(anonymous: httpx.Client, ada: Person) -> None:
    email = new_email()
    for sent in (
        {"email": email},
        {"email": email, "password": WRONG},
        {"name": "Eve", "email": email, "password": ""},
    ):
        assert_problem(ada.client.patch(ME, json=sent), 403, "INVALID_CREDENTIALS")
        assert ada.client.get(ME).json()["user"] == ada.user
    answer = ada.client.patch(ME, json={"email": email, "name": "Ada", "password": ada.password})
    assert answer.json()["user"] == ada.user | {"email": email, "name": "Ada"}
    assert sign_in(anonymous, email).status_code == 200
    assert_problem(sign_in(anonymous, ada.email), 401, "INVALID_CREDENTIALS")
    assert ada.client.get(ME).status_code == 200
    assert sign_up(anonymous, ada.email).status_code == 201, "the old address is free"


def test_another_spelling_of_the_address_does_not(ada: Person) -> None:
    answer = ada.client.patch(ME, json={"email": ada.email.upper()})
    assert answer.json()["user"] == ada.user | {"email": ada.email.upper()}


def test_somebody_elses_address(ada: Person, grace: Person) -> None:
    sent = {"email": grace.email.upper(), "password": ada.password}
    assert_problem(ada.client.patch(ME, json=sent), 409, "EMAIL_TAKEN")
    assert ada.client.get(ME).json()["user"] == ada.user


def test_parallel_changes_to_one_address(server: Server, ada: Person, grace: Person) -> None:
    email = new_email()

    def change(person: Person) -> int:
        return person.client.patch(ME, json={"email": email, "password": person.password}).status_code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(change, [ada, grace])) == [200, 409]


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"password": "a quiet garden in October"}, {"email": None}, {"email": "nobody"}, {"name": ""},
        {"name": "x" * 101}, {"name": "Ada", "id": 1}, {"name": "Ada", "user_id": "x"},
        {"name": 5}, {"email": "a@b.c", "password": 5}, [], "x", None,
    ],
)  # fmt: skip
def test_changes_that_are_none(ada: Person, sent: object) -> None:
    assert_problem(ada.client.patch(ME, json=sent), 422, "VALIDATION_ERROR")
    assert ada.client.get(ME).json()["user"] == ada.user


def test_a_new_password_ends_everything_else(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    other, other_refresh = second_session(server, ada)
    script = ada.client.post("/api/auth/tokens", json={"name": "script"}).json()["token"]
    task = ada.add()
    answer = ada.client.post(PASSWORD_PATH, json={"current_password": ada.password, "new_password": NEW})
    assert (answer.status_code, answer.content) == (204, b"")
    for token in (other, script):
        for path in (ME, "/api/v1/tasks"):
            assert_problem(anonymous.get(path, headers=bearer(token)), 401, "UNAUTHORIZED")
    assert_problem(anonymous.post("/api/auth/refresh", json={"refresh_token": other_refresh}), 401, "UNAUTHORIZED")
    assert ada.tasks() == [task]
    assert anonymous.post("/api/auth/refresh", json={"refresh_token": ada.refresh_token}).status_code == 200
    assert ada.client.get("/api/auth/tokens").json() == {"tokens": []}
    assert_problem(sign_in(anonymous, ada.email), 401, "INVALID_CREDENTIALS")
    assert sign_in(anonymous, ada.email, NEW).status_code == 200


def test_a_wrong_password_changes_nothing(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    other, _ = second_session(server, ada)
    sent = {"current_password": WRONG, "new_password": NEW}
    assert_problem(ada.client.post(PASSWORD_PATH, json=sent), 403, "INVALID_CREDENTIALS")
    assert anonymous.get(ME, headers=bearer(other)).status_code == 200
    assert sign_in(anonymous, ada.email).status_code == 200


@pytest.mark.parametrize("new", ["short", "x" * 129, "password123", None, "a\x00aaaaaaaa"])
def test_the_new_password_follows_the_rules(ada: Person, new: object) -> None:
    for current in (ada.password, WRONG):
        sent = {"current_password": current, "new_password": new}
        assert_problem(ada.client.post(PASSWORD_PATH, json=sent), 422, "VALIDATION_ERROR")


def test_the_new_password_is_not_the_address(ada: Person) -> None:
    sent = {"current_password": ada.password, "new_password": ada.email}
    assert_problem(ada.client.post(PASSWORD_PATH, json=sent), 422, "VALIDATION_ERROR")


def test_parallel_password_changes_leave_one(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    tokens = [ada.token, *(second_session(server, ada)[0] for _ in range(3))]

    def change(number: int) -> int:
        with server.client(**bearer(tokens[number])) as client:
            sent = {"current_password": ada.password, "new_password": f"{NEW} {number}"}
            return client.post(PASSWORD_PATH, json=sent).status_code

    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(change, range(4)))
    assert set(statuses) <= {204, 401, 403}
    assert statuses.count(204) == 1
    winner = statuses.index(204)
    assert sign_in(anonymous, ada.email, f"{NEW} {winner}").status_code == 200
    alive = [anonymous.get(ME, headers=bearer(token)).status_code for token in tokens]
    assert alive == [200 if number == winner else 401 for number in range(4)]


def test_no_token_slips_in_behind_a_new_password(server: Server, ada: Person) -> None:
    other, _ = second_session(server, ada)

    def make(_: int) -> None:
        with server.client(**bearer(other)) as client:
            client.post("/api/auth/tokens", json={"name": "late"})

    def change(_: int) -> None:
        sent = {"current_password": ada.password, "new_password": NEW}
        assert ada.client.post(PASSWORD_PATH, json=sent).status_code == 204

    with ThreadPoolExecutor(9) as threads:
        running = [threads.submit(work, 0) for work in [make] * 20 + [change] + [make] * 20]
        for one in running:
            one.result()
    assert ada.client.get("/api/auth/tokens").json() == {"tokens": []}


def test_deleting_takes_everything_along(server: Server, anonymous: httpx.Client, ada: Person, grace: Person) -> None:
    ada.add("mine")
    binned = ada.add("in the bin")
    ada.client.delete(f"/api/v1/tasks/{binned['id']}")
    kept = grace.add("hers")
    script = ada.client.post("/api/auth/tokens", json={"name": "script"}).json()["token"]
    for sent in ({"password": WRONG}, {"password": ""}):
        assert_problem(ada.client.request("DELETE", ME, json=sent), 403, "INVALID_CREDENTIALS")
    for malformed in ({}, {"password": None}, None):
        assert_problem(ada.client.request("DELETE", ME, json=malformed), 422, "VALIDATION_ERROR")
    assert_problem(ada.client.delete(ME), 422, "VALIDATION_ERROR")
    assert [task["title"] for task in ada.tasks()] == ["mine"]

    answer = ada.client.request("DELETE", ME, json={"password": ada.password})
    assert (answer.status_code, answer.content) == (204, b"")
    for token in (ada.token, script):
        assert_problem(anonymous.get("/api/v1/tasks", headers=bearer(token)), 401, "UNAUTHORIZED")
    assert_problem(anonymous.post("/api/auth/refresh", json={"refresh_token": ada.refresh_token}), 401, "UNAUTHORIZED")
    assert_problem(sign_in(anonymous, ada.email), 401, "INVALID_CREDENTIALS")
    for table in ("sessions", "access_tokens"):
        assert not in_database(server, f"select id from todo.{table} where user_id = $1", UUID(ada.id))  # noqa: S608
    assert grace.tasks() == [kept]
    assert sign_up(anonymous, ada.email).json()["user"]["id"] != ada.id


def test_what_ends_after_the_account_is_told_that_it_has_ended(server: Server, ada: Person) -> None:
    """A wrong password is noted among an account's events: here the account goes while that is being written."""
    with ThreadPoolExecutor() as threads, server.postgres() as postgres:
        answer = asyncio.run(_refused_while_deleted(postgres.superuser_url, ada, threads))
    assert_problem(answer, 401, "UNAUTHORIZED")


async def _refused_while_deleted(url: str, ada: Person, threads: ThreadPoolExecutor) -> httpx.Response:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("delete from todo.users where id = $1", UUID(ada.id))
            # Until that is committed the account is there for everybody else.
            wrong = {"password": WRONG, "code": "123456"}
            asked = threads.submit(ada.client.request, "DELETE", "/api/auth/second-factor", json=wrong)
            while not await connection.fetchval(_WAITS):
                await asyncio.sleep(0.02)
                assert not asked.done(), asked.result().text
        return await asyncio.to_thread(asked.result)
    finally:
        await connection.close()


_WAITS = """
    select count(*) from pg_locks where not granted and pg_blocking_pids(pid) && array[pg_backend_pid()]
"""


def test_deleting_takes_the_cookie_away(anonymous: httpx.Client) -> None:
    email = new_email()
    token = sign_up(anonymous, email).json()["token"]["access_token"]
    sent = {"password": "a quiet garden in October"}
    answer = anonymous.request("DELETE", ME, json=sent, headers=bearer(token))
    assert answer.status_code == 204
    assert not anonymous.cookies


def test_the_dead_are_told_401_before_anything_else(anonymous: httpx.Client, ada: Person) -> None:
    anonymous.post("/api/auth/logout", json={"refresh_token": ada.refresh_token})
    for method, path in [
        ("GET", ME), ("PATCH", ME), ("DELETE", ME), ("POST", PASSWORD_PATH), ("GET", "/api/auth/sessions"),
        ("DELETE", "/api/auth/sessions/x"), ("POST", "/api/auth/tokens"), ("GET", "/api/auth/tokens"),
        ("DELETE", "/api/auth/tokens/x"), ("DELETE", "/api/auth/tokens/current"), ("PUT", ME), ("GET", "/api/auth/nothing"),
    ]:  # fmt: skip
        for client in (ada.client, anonymous):
            assert_problem(client.request(method, path), 401, "UNAUTHORIZED")
            assert_problem(client.request(method, path, content=b"x" * 70_000), 401, "UNAUTHORIZED")


def test_wrong_method_and_unknown_path(ada: Person) -> None:
    assert_problem(ada.client.put(ME, json={}), 405, "METHOD_NOT_ALLOWED")
    assert_problem(ada.client.get("/api/auth/nothing"), 404, "NOT_FOUND")
    assert_problem(ada.client.get(ME, params={"x": "1"}), 422, "VALIDATION_ERROR")
