"""Debian's Chromium, one real server, and a person for each test. Whatever the browser complains about fails the test."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIResponse, ConsoleMessage, Page, expect

from tests.conftest import PASSWORD, Server

PATIENCE_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
EXPECTED = re.compile(
    r"Failed to load resource: (the server responded with a status of (4\d\d|503)"
    r"|net::ERR_(INTERNET_DISCONNECTED|FAILED|CONNECTION_\w+|EMPTY_RESPONSE))"
    r"|An unknown error occurred when fetching the script\.$"  # that keeps the page on the device, while no server answers
)
"""What Chromium notes of answers that the page understands; everything else, as a broken policy, is a fault."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not Path(CHROMIUM).exists():
        say = pytest.fail if os.environ.get("TODO_CI") else pytest.skip
        say("The browser is missing: apt-get install chromium.")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    arguments += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {
        "viewport": {"width": 1280, "height": 800},
        "locale": "en-GB",
        "timezone_id": "UTC",
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    return server.url


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.match(message.text):
            complaints.append(message.text)

    traffic: list[str] = []
    page.on("request", lambda asked: traffic.append(f"> {asked.method} {asked.url}"))
    page.on("response", lambda told: traffic.append(f"< {told.request.method} {told.url} {told.status}"))
    page.on("requestfailed", lambda failed: traffic.append(f"! {failed.method} {failed.url} {failed.failure}"))
    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(PATIENCE_MS)
    yield page
    # Seen only where the test failed: what the page showed, and what it asked for last.
    print(*traffic[-25:], page.locator("body").inner_text()[:600] if not page.is_closed() else "closed", sep="\n")
    assert complaints == []


@pytest.fixture
def email() -> str:
    """An address that nobody has yet."""
    return f"ada-{secrets.token_hex(6)}@example.com"


@dataclass
class Account:
    """Somebody whom the browser is signed in as, and what the server knows of them."""

    email: str
    page: Page
    token: str

    def call(self, method: str, path: str, data: object = None) -> APIResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.page.context.request.fetch(path, method=method, headers=headers, data=data)

    def has(self, **completed: bool) -> None:
        """Waits until the server has these tasks and no others: titles with _ for spaces, and whether they are done."""
        wanted = {title.replace("_", " "): done for title, done in completed.items()}
        found: dict[str, bool] = {}
        for _ in range(PATIENCE_MS // 100):
            tasks = self.call("GET", "/api/v1/tasks").json()["tasks"]
            found = {task["title"]: task["completed"] for task in tasks}
            if found == wanted and len(tasks) == len(wanted):
                return
            self.page.wait_for_timeout(100)
        assert found == wanted


@pytest.fixture
def ada(page: Page, email: str) -> Account:
    """A new account that the browser is signed in to."""
    answer = page.context.request.post("/api/auth/register", data={"email": email, "password": PASSWORD})
    assert answer.status == 201, answer.text()
    return Account(email, page, answer.json()["token"]["access_token"])
