"""The user's three stories, played by one person after the other on a fresh clone: `make story`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import PASSWORD
from tests.e2e.conftest import browser_context_args, browser_type_launch_args  # noqa: F401 - fixtures
from tests.stories.clone import Clone

ADA, GRACE = "ada@example.com", "grace@example.com"
FILE = [
    {"id": 1, "title": "From the console 📮", "description": "", "completed": True, "user_id": "cli-user"},
    {"id": 2, "content": "From an older console", "completed": False},
]


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    made = Clone(tmp_path_factory.mktemp("story"))
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def base_url(clone: Clone) -> str:
    return clone.url


def titles(clone: Clone, token: str) -> list[tuple[str, bool]]:
    with clone.client(token) as client:
        tasks = client.get("/api/v1/tasks", params={"limit": 1000}).json()["tasks"]
    return [(task["title"], task["completed"]) for task in tasks]


def test_the_three_stories(clone: Clone, page: Page, tmp_path: Path) -> None:
    # Ada opens an account in the browser and types a task.
    page.goto(f"{clone.url}/register")
    page.get_by_label("E-mail address").fill(ADA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_placeholder("Add a task").fill("Typed on the page")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Typed on the page")).to_be_visible()

    # The console works on the same account, and its own file moves in.
    clone.run("todo", "login", clone.url, "--email", ADA, typed=f"{PASSWORD}\n")
    clone.run("todo", "add", "Typed in a terminal")
    assert "Typed on the page" in clone.run("todo", "list")
    file = tmp_path / "tasks.json"
    file.write_text(json.dumps(FILE))
    first = clone.operator("import-json", str(file), "--user", f"cli-user={ADA}", "--default-user", ADA)
    again = clone.operator("import-json", str(file), "--user", f"cli-user={ADA}", "--default-user", ADA)
    assert (first["imported"], again["imported"], again["already_there"]) == (2, 0, 2)

    # Story 1: everything is there after a crash.
    token = clone.sign_in(ADA, PASSWORD).json()["token"]["access_token"]
    before = titles(clone, token)
    assert len(before) == 4
    clone.crash()
    clone.start()
    token = clone.sign_in(ADA, PASSWORD).json()["token"]["access_token"]
    assert titles(clone, token) == before

    # Story 2: Grace finds none of it, and changes none of it.
    grace = clone.register(GRACE, PASSWORD)
    with clone.client(token) as hers, clone.client(grace) as other:
        id_ = hers.get("/api/v1/tasks").json()["tasks"][0]["id"]
        assert other.get("/api/v1/tasks").json()["tasks"] == []
        assert other.get(f"/api/v1/tasks/{id_}").status_code == 404
        for method, path, body in (
            ("PATCH", f"/api/v1/tasks/{id_}", {"title": "Mine now"}),
            ("POST", f"/api/v1/tasks/{id_}/toggle", {}),
            ("DELETE", f"/api/v1/tasks/{id_}", None),
        ):
            refused = other.request(method, path, json=body)
            assert (refused.status_code, refused.json()["error_code"]) == (403, "FORBIDDEN")
        assert other.post("/api/v1/tasks", json={"title": "Grace's own"}).status_code == 201
    assert titles(clone, token) == before

    # A backup, a mistake, and back to before it: for Ada alone.
    made = clone.operator("backup", "create")
    assert (made["verified"], made["rows"]["tasks"]) == (True, 5)
    moment = datetime.now(UTC).isoformat()
    with clone.client(token) as hers:
        assert hers.delete("/api/v1/tasks", params={"all": "true"}).json()["deleted"] == 4
        hers.delete("/api/v1/tasks/deleted")
    assert titles(clone, token) == []
    clone.operator("backup", "restore", "--user", ADA, "--at", moment, "--into-now")
    assert sorted(titles(clone, token)) == sorted(before)

    # Everything as it was, in place of what the database holds.
    clone.stop()
    clone.operator("backup", "restore", made["id"], "--replace")
    clone.start()
    token = clone.sign_in(ADA, PASSWORD).json()["token"]["access_token"]
    assert sorted(titles(clone, token)) == sorted(before)

    # Story 3: the console says the same of its file as of the account.
    clone.run("todo", "logout", code=0)
    alike = []
    for place, variables in (("file", {"TODO_STORAGE_FILE": str(tmp_path / "own.json")}), ("account", {})):
        if place == "account":
            clone.run("todo", "login", clone.url, "--email", GRACE, typed=f"{PASSWORD}\n")
            clone.run("todo", "clear", "--yes")
        said = [
            clone.run("todo", *words, code=code, **variables)
            for words, code in (
                (["add", "One", "first"], 0),
                (["add", " "], 1),
                (["complete", "1"], 0),
                (["complete", "9"], 2),
                (["update", "1", "Uno"], 0),
                (["list"], 0),
                (["delete", "1"], 0),
                (["undo"], 0),
                (["list", "--completed"], 0),
            )
        ]
        alike.append(said)
    assert alike[0] == alike[1]

    # Ada deletes her account: nothing of hers is left, and Grace keeps hers.
    with clone.client(token) as hers:
        assert hers.request("DELETE", "/api/auth/me", json={"password": PASSWORD}).status_code == 204
        assert hers.get("/api/v1/tasks").status_code == 401
    assert clone.sign_in(ADA, PASSWORD).status_code == 401
    assert [user["email"] for user in clone.operator("users", "list")["users"]] == [GRACE]
    grace = clone.sign_in(GRACE, PASSWORD).json()["token"]["access_token"]
    assert titles(clone, grace) == [("Uno", True)]
