"""Several people at one browser, one after the other: nobody meets what was another's."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.conftest import PASSWORD
from tests.e2e.hands import add, register, sign_in, tick

SEARCH = "Search titles and descriptions"


@pytest.fixture
def bob(page: Page, email: str) -> str:
    """The address of somebody else, who has a task."""
    address = f"bob-{email}"
    answer = page.context.request.post("/api/auth/register", data={"email": address, "password": PASSWORD})
    token = answer.json()["token"]["access_token"]
    data = {"title": "Feed the cat"}
    made = page.context.request.post("/api/v1/tasks", data=data, headers={"Authorization": f"Bearer {token}"})
    assert made.status == 201
    page.context.clear_cookies()
    return address


def test_the_bin_of_the_one_before_is_not_shown(page: Page, email: str, bob: str) -> None:
    register(page, email)
    add(page, "Private")
    page.get_by_role("button", name="Delete “Private”").click()
    page.get_by_role("link", name="Bin").click()
    expect(page.get_by_role("button", name="Restore")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, bob)
    expect(tick(page, "Feed the cat")).to_be_visible()
    held: list[Route] = []
    page.route("**/api/v1/tasks/deleted*", lambda route: held.append(route))
    page.get_by_role("link", name="Bin").click()
    expect(page.get_by_role("heading", name="Bin", level=1)).to_be_visible()
    expect(page.get_by_text("Private")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(page.get_by_text("The bin is empty")).to_be_visible()


def test_what_was_typed_and_searched_in_another_tab_goes_too(
    page: Page, email: str, bob: str, context: BrowserContext
) -> None:
    register(page, email)
    other = context.new_page()
    other.goto("/tasks")
    add(other, "Call the lawyer")
    other.get_by_label(SEARCH).fill("lawyer")
    other.get_by_label("New task").fill("Half a thought")
    page.get_by_role("button", name="Sign out").click()
    expect(other).to_have_url(re.compile("/sign-in$"))
    assert other.evaluate("Object.keys(sessionStorage)") == []
    sign_in(page, bob)
    expect(tick(other, "Feed the cat")).to_be_visible()
    expect(other.get_by_label(SEARCH)).to_have_value("")
    expect(other.get_by_label("New task")).to_have_value("")


def test_a_session_that_died_keeps_all_for_its_person_alone(page: Page, email: str, bob: str) -> None:
    register(page, email)
    add(page, "Call the lawyer")
    page.get_by_label(SEARCH).fill("lawyer")
    page.route(
        "**/api/**", lambda route: route.fulfill(status=401, json={"error_code": "UNAUTHORIZED", "detail": "No."})
    )
    page.context.clear_cookies()
    page.get_by_label("New task").fill("Unsent")
    page.get_by_label("New task").press("Enter")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.unroute("**/api/**")
    sign_in(page, bob)
    expect(tick(page, "Feed the cat")).to_be_visible()
    expect(page.get_by_text("Unsent")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, email)
    expect(tick(page, "Unsent")).to_be_visible()


def test_after_an_account_is_deleted_its_notices_and_its_search_are_gone(page: Page, email: str, bob: str) -> None:
    register(page, email)
    add(page, "Call the lawyer")
    tick(page, "Call the lawyer").click()
    page.get_by_label(SEARCH).fill("lawyer")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Delete the account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Delete the account").click()
    expect(page.get_by_text("Your account is deleted")).to_be_visible()
    expect(page.get_by_text("Call the lawyer")).to_have_count(0)
    page.get_by_role("link", name="Sign in").first.click()
    sign_in(page, bob)
    expect(tick(page, "Feed the cat")).to_be_visible()
    expect(page.get_by_label(SEARCH)).to_have_value("")
