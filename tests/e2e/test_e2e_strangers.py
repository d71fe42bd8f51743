"""People whom the device does not remember."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, tick


@pytest.mark.parametrize("path", ["/", "/sign-in", "/register", "/nowhere"])
def test_a_stranger_causes_no_question_who_they_are(page: Page, path: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert asked == []


def test_whoever_has_a_session_is_known_at_their_pages_also_without_memory(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    page.evaluate("localStorage.clear()")
    page.goto("/nowhere")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.evaluate("history.pushState(null, '', '/tasks'); dispatchEvent(new PopStateEvent('popstate'))")
    expect(tick(page, "Buy milk")).to_be_visible()
    expect(page.get_by_text(ada.email)).to_be_visible()  # the list may come before the name
    page.goto("/")
    expect(tick(page, "Buy milk")).to_be_visible()
