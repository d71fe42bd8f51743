"""A network that goes away, answers that get lost, tokens that expire, and another tab."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, tick


@pytest.fixture(autouse=True)
def _at_tasks(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)
    expect(page.get_by_role("heading", name="Nothing to do yet")).to_be_visible()


def test_changes_made_offline_are_sent_later(page: Page, ada: Account, context: BrowserContext) -> None:
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    context.set_offline(True)
    add(page, "Pay rent")
    tick(page, "Buy milk").check()
    expect(page.get_by_text(re.compile("2 changes waiting"))).to_be_visible()
    context.set_offline(False)
    ada.has(Buy_milk=True, Pay_rent=False)
    page.reload()
    expect(tick(page, "Pay rent")).to_be_visible()
    expect(tick(page, "Buy milk")).to_be_checked()


def test_a_lost_answer_makes_one_task(page: Page, ada: Account) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/tasks**", lose)
    add(page, "Buy milk")
    page.wait_for_timeout(3000)
    ada.has(Buy_milk=False)
    assert lost == [201]
    page.reload()
    expect(tick(page, "Buy milk")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(1)


def test_an_expired_token_is_refreshed_quietly_and_once(page: Page, ada: Account) -> None:
    refused: list[str] = []
    refreshed: list[str] = []

    def expire(route: Route) -> None:
        if not refused:
            refused.append(route.request.url)
            route.fulfill(
                status=401,
                content_type="application/problem+json",
                body='{"type": "about:blank", "title": "Not signed in", "status": 401, "detail": "Expired.", '
                '"error_code": "UNAUTHORIZED", "timestamp": "2026-01-01T00:00:00.000000Z", "request_id": "1"}',
            )
        else:
            route.continue_()

    page.on("request", lambda request: refreshed.append(request.url) if request.url.endswith("/refresh") else None)
    page.route("**/api/v1/tasks**", expire)
    add(page, "Buy milk", "Pay rent")
    ada.has(Buy_milk=False, Pay_rent=False)
    assert len(refused) == 1
    assert len(refreshed) == 1
    page.reload()
    expect(page.get_by_role("checkbox")).to_have_count(2)


def test_two_tabs_agree(page: Page, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto("/tasks")
    at_tasks(other)
    add(page, "Buy milk")
    expect(tick(other, "Buy milk")).to_be_visible()
    tick(other, "Buy milk").check()
    expect(tick(page, "Buy milk")).to_be_checked()
    other.get_by_role("button", name="Sign out").click()
    for left in (other, page):
        expect(left).to_have_url(re.compile(r"/sign-in$"))


def test_the_page_opens_without_network(page: Page, ada: Account, context: BrowserContext) -> None:
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()
    expect(tick(page, "Buy milk")).to_be_visible()
    context.set_offline(True)
    page.reload()
    expect(tick(page, "Buy milk")).to_be_visible()
    context.set_offline(False)


@pytest.mark.parametrize("known", [True, False])
def test_what_was_typed_before_the_tasks_were_there_outlives_a_reload(page: Page, ada: Account, known: bool) -> None:
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    slow_device(page)
    if not known:
        page.evaluate("localStorage.clear()")
    page.reload()
    type_early(page, "Pay rent", "Call Grace")
    page.unroute("**/api/auth/refresh")
    page.add_init_script("indexedDB.open = (...a) => IDBFactory.prototype.open.apply(indexedDB, a)")
    page.reload()
    expect(tick(page, "Pay rent")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(3)
    ada.has(Buy_milk=False, Pay_rent=False, Call_Grace=False)
    page.reload()
    expect(page.get_by_role("checkbox")).to_have_count(3)


def test_what_was_typed_before_the_tasks_were_there_outlives_its_tab(
    page: Page, ada: Account, context: BrowserContext
) -> None:
    early = context.new_page()
    slow_device(early)
    early.goto("/tasks")
    type_early(early, "Pay rent")
    early.close()
    later, other = context.new_page(), context.new_page()
    for tab in (later, other):
        tab.goto("/tasks", wait_until="commit")
    for tab in (later, other, page):
        expect(tick(tab, "Pay rent")).to_be_visible()
        expect(tab.get_by_role("checkbox")).to_have_count(1)
    ada.has(Pay_rent=False)


def slow_device(page: Page) -> None:
    """From the next load on, opening the disk and refreshing take for ever."""
    page.route("**/api/auth/refresh", lambda route: None)
    page.add_init_script("indexedDB.open = () => ({})")


def type_early(page: Page, *titles: str) -> None:
    for title in titles:
        page.get_by_label("New task").fill(title)
        page.get_by_label("New task").press("Enter")
