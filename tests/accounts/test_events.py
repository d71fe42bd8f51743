"""What happened to an account: written as it happens, shown to its owner and to nobody else."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.accounts.conftest import (
    bearer,
    in_database,
    new_email,
    second_session,
    sign_in,
    some_address,
    users_command,
)
from tests.accounts.one_time import PATH as SECOND_FACTOR
from tests.accounts.one_time import switch_on
from tests.accounts.test_limits import Visitor
from tests.conftest import PASSWORD, Person, Server, assert_problem, register

EVENTS = "/api/auth/events"


def events(person: Person, **query: object) -> list[dict[str, Any]]:
    answer = person.client.get(EVENTS, params={"limit": 200, **query})  # type: ignore[dict-item]
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["events"]
    return found


def kinds(person: Person) -> list[str]:
    """What happened, the oldest first."""
    return [event["kind"] for event in reversed(events(person))]


def test_what_is_written(server: Server, ada: Person, anonymous: httpx.Client) -> None:
    """Each call beside the event that it leaves."""
    client = ada.client
    seen = kinds(ada)
    assert seen == ["account_created"]

    def leaves(answer: httpx.Response, status: int, *expected: str) -> httpx.Response:
        assert answer.status_code == status, answer.text
        nonlocal seen
        now = kinds(ada)
        assert now == seen + list(expected)
        seen = now
        return answer

    leaves(sign_in(anonymous, ada.email.upper()), 200, "signed_in")
    leaves(sign_in(anonymous, ada.email, "not the password"), 401, "sign_in_refused")
    leaves(client.patch("/api/auth/me", json={"name": "Ada 🌱"}), 200, "name_changed")
    mine = {"email": new_email(), "password": "no"}
    leaves(client.patch("/api/auth/me", json=mine), 403, "password_refused")
    leaves(client.patch("/api/auth/me", json={"email": mine["email"]}), 403, "password_refused")
    assert [event["detail"] for event in events(ada)[:2]] == ["none", None]
    leaves(client.patch("/api/auth/me", json={**mine, "password": ada.password}), 200, "email_changed")
    ada.email = mine["email"]
    made = leaves(client.post("/api/auth/tokens", json={"name": "ein Skript"}), 201, "token_created").json()
    leaves(client.delete(f"/api/auth/tokens/{made['id']}"), 204, "token_deleted")
    made = leaves(client.post("/api/auth/tokens", json={"name": "x"}), 201, "token_created").json()
    leaves(client.delete("/api/auth/tokens/current", headers=bearer(made["token"])), 204, "token_deleted")

    _, refresh_token = second_session(server, ada)
    seen = kinds(ada)
    assert seen.pop() == "signed_in"
    leaves(client.post("/api/auth/logout", json={"refresh_token": refresh_token}), 204, "signed_in", "signed_out")
    leaves(client.post("/api/auth/logout", json={"refresh_token": refresh_token}), 204)
    leaves(client.post("/api/auth/logout", json={"refresh_token": "unknown"}), 204)
    second_session(server, ada)
    [other] = [
        one for one in client.get("/api/auth/sessions").json()["sessions"] if one["user_agent"] == "another device"
    ]
    seen = kinds(ada)
    leaves(client.delete(f"/api/auth/sessions/{other['id']}"), 204, "session_ended")

    app = switch_on(ada)
    seen = [*seen, "second_factor_enabled"]
    leaves(sign_in(anonymous, ada.email), 401)  # the password was right, and nothing is decided
    code = {"email": ada.email, "password": ada.password, "code": "no code"}
    leaves(anonymous.post("/api/auth/login", json=code), 401, "second_factor_refused")
    proof = {"password": ada.password, "code": app.recovery_codes[0]}
    renewed = leaves(
        client.post(f"{SECOND_FACTOR}/recovery-codes", json=proof), 200, "recovery_code_used", "recovery_codes_renewed"
    )
    leaves(client.request("DELETE", SECOND_FACTOR, json={**proof, "code": "no code"}), 403, "second_factor_refused")
    proof["code"] = renewed.json()["recovery_codes"][0]
    leaves(client.request("DELETE", SECOND_FACTOR, json=proof), 204, "recovery_code_used", "second_factor_disabled")
    change = {"current_password": ada.password, "new_password": "another garden in November"}
    leaves(client.post("/api/auth/password", json=change), 204, "password_changed")


def test_a_replayed_refresh_token_is_told(server: Server, ada: Person) -> None:
    _, first = second_session(server, ada)
    with server.client() as client:
        second = client.post("/api/auth/refresh", json={"refresh_token": first}).json()["refresh_token"]
        assert client.post("/api/auth/refresh", json={"refresh_token": second}).status_code == 200
        assert_problem(client.post("/api/auth/refresh", json={"refresh_token": first}), 401, "UNAUTHORIZED")
    assert kinds(ada)[-1] == "refresh_token_replayed"


def test_where_and_when_and_what(server: Server, ada: Person) -> None:
    with server.client(**{"User-Agent": "Lynx\t2.8 " + "x" * 500}) as client:
        answer = sign_in(client, ada.email)
        script = client.post(
            "/api/auth/tokens", json={"name": "garden"}, headers=bearer(answer.json()["token"]["access_token"])
        )
        assert script.status_code == 201
    newest, before, *_ = events(ada)
    assert set(newest) == {"id", "kind", "at", "address", "user_agent", "detail"}
    assert (newest["kind"], newest["detail"]) == ("token_created", "garden")
    assert (before["kind"], before["address"], before["detail"]) == ("signed_in", "127.0.0.1", None)
    assert before["user_agent"].startswith("Lynx2.8 xxx")
    assert len(before["user_agent"]) == 300
    assert before["at"].endswith("Z")


def test_a_refused_change_of_somebody_elses_task_is_told_to_who_tried(ada: Person, grace: Person) -> None:
    task = grace.add("Hers")["id"]
    for _ in range(2):
        assert_problem(ada.client.patch(f"/api/v1/tasks/{task}", json={"title": "mine"}), 403, "FORBIDDEN")
    script = ada.client.post("/api/auth/tokens", json={"name": "x"}).json()["token"]
    assert_problem(ada.client.delete(f"/api/v1/tasks/{task}", headers=bearer(script)), 403, "FORBIDDEN")
    refused = [event for event in events(ada) if event["kind"] == "access_refused"]
    assert [event["detail"] for event in refused] == [
        "DELETE /api/v1/tasks/{task_id}",
        *["PATCH /api/v1/tasks/{task_id}"] * 2,
    ]
    assert kinds(grace) == ["account_created"]  # reading it is no refusal, and she learns nothing of who tried
    assert_problem(ada.client.get(f"/api/v1/tasks/{task}"), 404, "TASK_NOT_FOUND")
    assert len(events(ada)) == 5


def test_a_change_of_a_list_with_somebody_elses_task_is_told_as_well(ada: Person, grace: Person) -> None:
    task = grace.add("Hers")["id"]
    body = {"changes": [{"task": ada.add()["id"], "title": "x"}, {"task": task, "title": "mine"}]}
    assert_problem(ada.client.post("/api/v1/tasks/changes", json=body), 403, "FORBIDDEN")
    assert (events(ada)[0]["kind"], events(ada)[0]["detail"]) == ("access_refused", "POST /api/v1/tasks/changes")
    assert kinds(grace) == ["account_created"]


def test_a_script_that_feels_its_way_is_told(ada: Person) -> None:
    made = ada.client.post("/api/auth/tokens", json={"name": "x"}).json()
    script = bearer(made["token"])
    proof = {"password": ada.password}
    assert_problem(ada.client.request("DELETE", "/api/auth/me", json=proof, headers=script), 403, "FORBIDDEN")
    assert_problem(ada.client.get("/api/auth/sessions", headers=script), 403, "FORBIDDEN")
    assert_problem(ada.client.get(EVENTS, headers=script), 403, "FORBIDDEN")
    assert_problem(ada.client.get("/api/v1/status", headers=script), 403, "FORBIDDEN")
    assert ada.client.get("/api/v1/tasks", headers=script).status_code == 200
    assert ada.client.get("/api/auth/me", headers=script).status_code == 200
    told = [(event["kind"], event["detail"]) for event in events(ada)]
    assert told == [
        ("access_refused", "GET /api/v1/status"),
        ("access_refused", "GET /api/auth/events"),
        ("access_refused", "GET /api/auth/sessions"),
        ("access_refused", "DELETE /api/auth/me"),
        ("token_created", "x"),
        ("account_created", None),
    ]
    # A dead token learns no more than that it is dead, and writes nothing.
    assert ada.client.delete(f"/api/auth/tokens/{made['id']}").status_code == 204
    assert_problem(ada.client.get("/api/auth/sessions", headers=script), 401, "UNAUTHORIZED")
    assert kinds(ada)[-1] == "token_deleted"


def test_whoever_is_no_admin_and_asks_like_one_is_told(server: Server, ada: Person) -> None:
    assert_problem(ada.client.get("/api/v1/status"), 403, "FORBIDDEN")
    for command in ("make-admin", "make-admin", "revoke-admin", "revoke-admin"):
        assert users_command(server, command, ada.email).returncode == 0
    found = [(event["kind"], event["detail"], event["user_agent"]) for event in events(ada)[:3]]
    assert [(kind, detail) for kind, detail, _ in found] == [
        ("admin_revoked", None),
        ("admin_granted", None),
        ("access_refused", "GET /api/v1/status"),
    ]
    assert [agent for *_, agent in found[:2]] == ["todo-server"] * 2


def test_pages(ada: Person, grace: Person) -> None:
    for number in range(7):
        ada.client.patch("/api/auth/me", json={"name": f"Ada {number}"})
    whole = events(ada)
    found, cursor = [], ""
    while cursor is not None:
        query = {"limit": "3", "cursor": cursor} if cursor else {"limit": "3"}
        body = ada.client.get(EVENTS, params=query).json()
        found += body["events"]
        cursor = body["next_cursor"]
        if cursor:
            assert_problem(grace.client.get(EVENTS, params={"cursor": cursor}), 422, "INVALID_CURSOR")
    assert found == whole
    assert len(found) == 8
    for wrong in ("0", "201", "x", "-1", "1.0", "٣", "99999999"):
        assert_problem(ada.client.get(EVENTS, params={"limit": wrong}), 422, "VALIDATION_ERROR")
    for broken in ("x", "", "🌱", "a" * 64):
        assert_problem(ada.client.get(EVENTS, params={"cursor": broken}), 422, "INVALID_CURSOR")
    assert_problem(ada.client.get(EVENTS, params={"kind": "x"}), 422, "VALIDATION_ERROR")


def test_for_nobody_else(ada: Person, anonymous: httpx.Client) -> None:
    script = ada.client.post("/api/auth/tokens", json={"name": "x"}).json()["token"]
    assert_problem(anonymous.get(EVENTS), 401, "UNAUTHORIZED")
    assert_problem(anonymous.get(EVENTS, headers=bearer(script)), 403, "FORBIDDEN")


def test_a_flood_pushes_out_only_its_own_kind(server: Server, ada: Person) -> None:
    in_database(
        server,
        "insert into todo.events (id, user_id, kind, address, user_agent, request_id)"
        " select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $1::uuid, 'sign_in_refused', '', '', ''"
        " from generate_series(1, 450) n",
        ada.id,
    )
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: ada.client.patch("/api/auth/me", json={"name": "x"}), range(220)))
    body = ada.client.get(EVENTS, params={"limit": 200}).json()
    assert {event["kind"] for event in body["events"]} == {"name_changed"}
    rest = ada.client.get(EVENTS, params={"limit": 200, "cursor": body["next_cursor"]}).json()["events"]
    more = [event["kind"] for event in rest]
    assert "account_created" in more
    assert more.count("sign_in_refused") + more.count("name_changed") <= 200


def test_nothing_is_left_of_who_has_gone(server: Server, ada: Person) -> None:
    switch_on(ada)
    assert ada.client.request("DELETE", "/api/auth/me", json={"password": ada.password}).status_code == 204
    for table in ("second_factors", "recovery_codes"):
        assert in_database(server, f"select user_id from todo.{table} where user_id = $1::uuid", ada.id) == []  # noqa: S608
    # The events can be read as their owner alone: the same address again begins with none.
    with server.client() as client:
        client.post("/api/auth/register", json={"email": ada.email, "password": PASSWORD})
        token = sign_in(client, ada.email).json()["token"]["access_token"]
        found = client.get(EVENTS, headers=bearer(token)).json()["events"]
    assert [event["kind"] for event in found] == ["signed_in", "account_created"]


def test_by_the_operator(server: Server, ada: Person) -> None:
    users_command(server, "deactivate", ada.email)
    users_command(server, "activate", ada.email)
    users_command(server, "set-password", ada.email, stdin="seven swans a-swimming\n")
    with server.client() as client:
        token = sign_in(client, ada.email, "seven swans a-swimming").json()["token"]["access_token"]
        found = client.get(EVENTS, headers=bearer(token)).json()["events"]
    assert [(event["kind"], event["user_agent"], event["address"]) for event in found[1:4]] == [
        ("password_changed", "todo-server", ""),
        ("account_activated", "todo-server", ""),
        ("account_deactivated", "todo-server", ""),
    ]


def test_a_refusal_takes_as_long_for_an_account_as_for_none(visitor: Visitor, public_server: Server) -> None:
    """Limits are on and the event is written; who guesses must not find out by the clock who has an account."""
    person = register(public_server, "ada")

    def seconds(client: httpx.Client, email: str) -> float:
        begun = time.perf_counter()
        assert_problem(sign_in(client, email, "not the password"), 401, "INVALID_CREDENTIALS")
        return time.perf_counter() - begun

    known, unknown = [], []
    for _ in range(5):
        client = visitor(some_address())
        for _ in range(9):
            known.append(seconds(client, person.email))
            unknown.append(seconds(client, new_email()))
    person.client.close()
    assert abs(statistics.median(known) - statistics.median(unknown)) < 0.3 * statistics.median(unknown)
