"""Nobody reaches another person's task: every route that the application knows, walked with wrong tokens and foreign ids."""

import json
from collections.abc import Iterator

import httpx
import pytest

from api.middleware.auth import PUBLIC
from tests.conftest import Person, Server, assert_problem

TASKS = "/api/v1/tasks"
BODIES: dict[str, object] = {
    f"{TASKS}/{{task_id}}/complete": {"completed": True},
    f"{TASKS}/{{task_id}}": {"title": "Mine now"},
}


def routes(server: Server) -> Iterator[tuple[str, str]]:
    """Method and path of every call below /api, as the application's own description names them."""
    paths = httpx.get(f"{server.url}/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method in methods:
            if path.startswith("/api"):
                yield method.upper(), path


def test_every_call_wants_a_token(server: Server, anonymous: httpx.Client) -> None:
    walked = list(routes(server))
    assert len(walked) > 25
    unknown = [(method, f"{TASKS}/1/2/3") for method in ("GET", "POST", "PUT")] + [("GET", "/api"), ("GET", "/api/x")]
    for method, path in [*walked, *unknown]:
        if (method, path) in PUBLIC:
            continue
        for headers in (
            {},
            {"Authorization": "Bearer"},
            {"Authorization": "Basic YTpi"},
            {"Authorization": f"Bearer {'x' * 20_000}"},
        ):
            answer = anonymous.request(method, path.format(task_id="1", session_id="1", token_id="1"), headers=headers)
            assert_problem(answer, 401, "UNAUTHORIZED")
            assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("in_bin", [False, True])
def test_a_foreign_task_reads_as_absent_and_cannot_be_changed(
    server: Server, ada: Person, grace: Person, in_bin: bool
) -> None:
    task = ada.add("Ada's secret plan", description="meet at the engine")
    if in_bin:
        ada.client.delete(f"{TASKS}/{task['id']}")
    for method, path in routes(server):
        if "{task_id}" not in path:
            continue
        for headers in ({}, {"If-Match": '"1"'}, {"If-Match": "*"}):
            answer = grace.client.request(
                method,
                path.format(task_id=task["id"]),
                json=BODIES.get(path) if method != "GET" else None,
                headers=headers,
            )
            restoring = path.endswith("/restore")
            if method == "GET" or (in_bin and not restoring):
                assert_problem(answer, 404, "TASK_NOT_FOUND")
            else:
                assert_problem(answer, 403, "FORBIDDEN")
            everything = json.dumps(dict(answer.headers)) + answer.text
            assert not any(word in everything for word in ("secret", "engine", ada.id, ada.email))
    if in_bin:
        ada.client.post(f"{TASKS}/{task['id']}/restore")
    after = ada.client.get(f"{TASKS}/{task['id']}").json()["task"]
    assert {**after, "updated_at": ""} == {**task, "updated_at": ""}
    assert "secret plan" not in "".join(server.output)


def test_a_foreign_number_is_ones_own_number(ada: Person, grace: Person) -> None:
    for _ in range(3):
        ada.add()
    assert_problem(grace.client.get(f"{TASKS}/3"), 404, "TASK_NOT_FOUND")
    assert_problem(grace.client.delete(f"{TASKS}/3"), 404, "TASK_NOT_FOUND")
    assert grace.add("mine")["number"] == 1
    grace.client.patch(f"{TASKS}/1", json={"title": "still mine"})
    assert [task["title"] for task in ada.tasks()] == ["Buy milk"] * 3


def test_lists_counts_and_clearing_stop_at_the_owner(ada: Person, grace: Person) -> None:
    ada.add(completed=True)
    grace.add("hers")
    assert grace.client.delete(TASKS, params={"all": "true"}).json() == {"deleted": 1}
    assert grace.client.delete(f"{TASKS}/deleted").json() == {"deleted": 1}
    assert len(ada.tasks()) == 1
    assert grace.tasks(q="milk") == []
    assert grace.client.get(f"{TASKS}/summary").json()["total"] == 0


def test_a_body_cannot_name_another_owner(ada: Person, grace: Person) -> None:
    for field, value in (
        ("user_id", grace.id),
        ("id", grace.id),
        ("number", 7),
        ("created_at", "2026-01-01T00:00:00Z"),
    ):
        assert_problem(ada.client.post(TASKS, json={"title": "x", field: value}), 422, "VALIDATION_ERROR")
        assert_problem(ada.client.patch(f"{TASKS}/1", json={field: value}), 422, "VALIDATION_ERROR")


def test_an_ended_session_is_told_so_before_anything_else(ada: Person) -> None:
    ada.add()
    assert ada.client.post("/api/auth/logout", json={"refresh_token": ada.refresh_token}).status_code == 204
    for method, path, how in (
        ("GET", TASKS, {}),
        ("GET", f"{TASKS}?nonsense=1", {}),
        ("POST", TASKS, {"content": b"{"}),
        ("POST", TASKS, {"content": b"x" * 70_000}),
        ("POST", TASKS, {"data": {"title": "x"}}),
        ("PATCH", TASKS, {}),
        ("GET", "/api/nothing/here", {}),
    ):
        assert_problem(ada.client.request(method, path, **how), 401, "UNAUTHORIZED")


def test_deleting_the_account_takes_the_tasks(server: Server, ada: Person, grace: Person) -> None:
    task = ada.add()
    assert ada.client.request("DELETE", "/api/auth/me", json={"password": ada.password}).status_code == 204
    assert_problem(ada.client.get(TASKS), 401, "UNAUTHORIZED")
    assert_problem(grace.client.delete(f"{TASKS}/{task['id']}"), 404, "TASK_NOT_FOUND")
