"""A first visit, of somebody who has many tasks: the first of them are there before the rest, and can be worked with."""

from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Account
from tests.e2e.hands import tick


def test_the_first_of_many_tasks_are_there_before_the_rest(page: Page, ada: Account) -> None:
    many = [{"title": f"Task {number}"} for number in range(1, 101)]
    assert ada.call("POST", "/api/v1/tasks/batch", {"tasks": many}).ok
    rest: list[Route] = []
    page.route("**/api/v1/tasks?*cursor*", lambda route: rest.append(route))
    page.goto("/tasks")
    rows = page.get_by_role("list", name="Tasks").get_by_role("listitem")
    tick(page, "Task 1").click()
    page.get_by_role("button", name="Delete “Task 2”").click(force=True)
    page.get_by_label("New task").fill("Call Grace")
    page.get_by_label("New task").press("Enter")
    page.get_by_label("Search titles and descriptions").fill("grace")
    expect(tick(page, "Call Grace")).to_be_visible()
    page.get_by_label("Search titles and descriptions").fill("")
    # The first 60, without the one that was deleted, and the new one: nothing waits to be seen.
    expect(tick(page, "Task 2")).to_have_count(0)
    expect(tick(page, "Task 1")).to_be_checked()
    expect(rows.first).to_have_attribute("aria-setsize", "60")
    expect(page.get_by_text("changes waiting")).to_be_visible()
    assert len(rest) == 1
    rest[0].continue_()
    expect(rows.first).to_have_attribute("aria-setsize", "100")
    expect(tick(page, "Task 2")).to_have_count(0)
    expect(tick(page, "Task 1")).to_be_checked()
    page.wait_for_timeout(500)
    done = ada.call("GET", "/api/v1/tasks?completed=true").json()["tasks"]
    assert [task["title"] for task in done] == ["Task 1"]
