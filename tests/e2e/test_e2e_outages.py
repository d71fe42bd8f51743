"""A server that is busy, limits, ends tokens, or is started anew under the open page."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.conftest import PASSWORD, serving
from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, rename, tick

TASKS = "**/api/v1/tasks**"


def problem(status: int, code: str, **headers: str) -> Callable[[Route], None]:
    body = (
        f'{{"type": "about:blank", "title": "No", "status": {status}, "detail": "Not now.", "error_code": "{code}", '
        '"timestamp": "2026-01-01T00:00:00.000000Z", "request_id": "1"}'
    )
    return lambda route: route.fulfill(
        status=status, content_type="application/problem+json", headers=headers, body=body
    )


@pytest.mark.parametrize(("status", "code"), [(503, "DATABASE_UNAVAILABLE"), (429, "RATE_LIMITED")])
def test_a_server_that_says_not_now_for_a_while(page: Page, ada: Account, status: int, code: str) -> None:
    page.goto("/tasks")
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    refuse = problem(status, code, **{"Retry-After": "1"})
    asked: list[str] = []

    def count(route: Route) -> None:
        asked.append(route.request.method)
        refuse(route)

    page.route(TASKS, count)
    add(page, "Pay rent")
    tick(page, "Buy milk").check()
    rename(page, "Buy milk", "Buy oat milk")
    page.wait_for_timeout(2500)
    expect(tick(page, "Buy oat milk")).to_be_checked()
    expect(page.get_by_text(re.compile("3 changes waiting"))).to_be_visible()
    assert len(asked) < 10, "asked for a second's patience, it asks about once a second"
    page.unroute(TASKS)
    ada.has(Buy_oat_milk=True, Pay_rent=False)
    expect(page.get_by_text(re.compile("waiting"))).to_have_count(0)


def test_a_first_visit_while_the_server_says_not_now(page: Page, ada: Account) -> None:
    page.route("**/api/auth/**", problem(503, "DATABASE_UNAVAILABLE"))
    page.goto("/tasks")
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()
    page.unroute("**/api/auth/**")
    at_tasks(page)
    add(page, "Buy milk")
    ada.has(Buy_milk=False)


def test_a_token_that_ends_in_the_middle_of_an_edit_is_renewed_once(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    add(page, "Buy milk", "Pay rent")
    ada.has(Buy_milk=False, Pay_rent=False)
    refreshed: list[str] = []
    refused: list[str] = []
    refuse = problem(401, "UNAUTHORIZED")

    def expire(route: Route) -> None:
        if route.request.method == "PATCH" and not refused:
            refused.append(route.request.url)
            refuse(route)
        else:
            route.continue_()

    page.on("request", lambda request: refreshed.append(request.url) if request.url.endswith("/refresh") else None)
    page.route(TASKS, expire)
    rename(page, "Buy milk", "Buy oat milk")
    tick(page, "Pay rent").check()
    page.get_by_label("New task").fill("In the middle of")
    ada.has(Buy_oat_milk=False, Pay_rent=True)
    assert (len(refused), len(refreshed)) == (1, 1)
    expect(page.get_by_label("New task")).to_have_value("In the middle of")
    page.get_by_label("New task").fill("")


def test_a_server_started_anew_under_the_open_page(page: Page, email: str, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as first:
        port = str(urlsplit(first.url).port)
        page.goto(f"{first.url}/register")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Create account").click()
        at_tasks(page)
        add(page, "Buy milk")
        expect(page.get_by_text("Not on the server yet")).to_have_count(0)
    add(page, "Pay rent")
    tick(page, "Buy milk").check()
    expect(page.get_by_text(re.compile("2 changes waiting"))).to_be_visible()
    with serving(tmp_path / "data", "--port", port):
        expect(page.get_by_text(re.compile("waiting|Offline"))).to_have_count(0, timeout=40_000)
        page.reload()
        expect(tick(page, "Buy milk")).to_be_checked()
        expect(tick(page, "Pay rent")).not_to_be_checked()
        expect(page.get_by_role("checkbox")).to_have_count(2)
