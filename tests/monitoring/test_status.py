"""Who may see how the server is doing, and that what is shown is so and names nobody."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from backup.drill.outcome import Outcome
from backup.folder import Folder
from tests.conftest import Person, Server, assert_problem, register
from tests.server.processes import command, until

STATUS = "/api/v1/status"


def make(server: Server, verb: str, person: str) -> tuple[int, str, str]:
    beside: dict[str, Any] = dict(server.beside)
    return command("users", verb, person, "--data-dir", server.data_dir, **beside)


@pytest.fixture
def admin(server: Server) -> Iterator[Person]:
    person = register(server, "operator")
    code, out, _ = make(server, "make-admin", person.email)
    assert code == 0
    assert "/status" in out
    yield person
    person.client.close()


def look(person: Person) -> dict[str, Any]:
    answer = person.client.get(STATUS)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def test_nobody_sees_it_unless_the_operator_says_so(server: Server, ada: Person) -> None:
    assert_problem(httpx.get(server.url + STATUS), 401, "UNAUTHORIZED")
    assert_problem(ada.client.get(STATUS), 403, "FORBIDDEN")
    assert make(server, "make-admin", ada.email)[0] == 0
    look(ada)
    assert make(server, "make-admin", ada.id)[0] == 0, "twice is as once"
    assert make(server, "revoke-admin", ada.email)[0] == 0
    assert_problem(ada.client.get(STATUS), 403, "FORBIDDEN")
    code, _, said = make(server, "make-admin", "nobody@example.com")
    assert code == 1
    assert "There is no account" in said


def test_a_script_s_token_is_not_enough(admin: Person, server: Server) -> None:
    token = admin.client.post("/api/auth/tokens", json={"name": "script"}).json()["token"]
    assert_problem(httpx.get(server.url + STATUS, headers={"Authorization": f"Bearer {token}"}), 403, "FORBIDDEN")


def test_nobody_makes_themselves_an_admin(server: Server, ada: Person) -> None:
    for body in ({"admin": True}, {"name": "Ada", "admin": True}):
        assert_problem(ada.client.patch("/api/auth/me", json=body), 422, "VALIDATION_ERROR")
    sent = {"email": "eve@example.com", "password": "a quiet garden in October", "admin": True}
    assert_problem(httpx.post(f"{server.url}/api/auth/register", json=sent), 422, "VALIDATION_ERROR")
    assert_problem(ada.client.get(STATUS), 403, "FORBIDDEN")


def test_the_role_of_requests_cannot_write_it(server: Server, ada: Person) -> None:
    async def go(url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(f"begin; select todo.enter('{ada.id}', null, null)")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("update todo.users set admin = true")
        finally:
            await connection.close()

    with server.postgres() as postgres:
        asyncio.run(go(postgres.url))


def test_people_are_told_as_before(admin: Person, server: Server) -> None:
    assert set(admin.client.get("/api/auth/me").json()["user"]) == {"id", "email", "name", "created_at"}
    beside: dict[str, Any] = dict(server.beside)
    code, out, _ = command("users", "list", "--json", "--data-dir", server.data_dir, **beside)
    assert code == 0
    assert {user["email"]: user["admin"] for user in json.loads(out)["users"]}[admin.email] is True


def test_what_is_shown_is_so(admin: Person) -> None:
    before = look(admin)["totals"]
    for number in range(7):
        admin.add(f"secret {number}")
    found = look(admin)
    assert found["totals"]["requests"] >= before["requests"] + 8
    assert found["totals"]["workers"] == 1
    assert abs(found["at"] - time.time()) < 60
    assert found["database"]["bytes"] > 1_000_000
    assert found["database"]["connections_max"] >= 3
    assert found["backups"] == {"verified_at": None, "drills": []}
    assert len({len(values) for name, values in found["history"].items() if name != "every_seconds"}) == 1


def test_the_course_of_the_last_hour_grows(admin: Person) -> None:
    admin.add()
    until(lambda: len(look(admin)["history"]["at"]) >= 2, 40)
    history = look(admin)["history"]
    assert history["at"] == sorted(history["at"])
    assert history["pool_max"][-1] >= 1
    assert sum(history["requests"]) >= 1


def test_nobody_is_named_on_it(admin: Person, ada: Person, server: Server) -> None:
    ada.add("a very private title")
    ada.client.patch("/api/auth/me", json={"name": "Countess"})
    text = admin.client.get(STATUS).text
    for secret in (ada.email, ada.id, admin.email, admin.id, "a very private", "Countess", "example.com"):
        assert secret not in text


def test_drills_are_shown_the_newest_first(admin: Person, server: Server) -> None:
    folder: Path = server.data_dir / "backups"
    held = Outcome("kill", "kill -9", good=True, rto=1.5, rpo=0.0, acknowledged=9, lost=0, tasks=100, encrypted=False)
    held.write_down(Folder(folder))
    replace(held, kind="disk", good=False, rto=61.0, rpo=2.25, why="it took longer").write_down(Folder(folder))
    try:
        drills = look(admin)["backups"]["drills"]
    finally:
        (folder / "history.jsonl").unlink()
    assert [(drill["kind"], drill["passed"], drill["rto_seconds"], drill["rpo_seconds"]) for drill in drills] == [
        ("disk", False, 61.0, 2.25),
        ("kill", True, 1.5, 0.0),
    ]
