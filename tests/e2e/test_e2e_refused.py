"""What the server did not take is given back with its sentence, and everything else goes on."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, clear_done, rename, tick

GONE = "You have no task with this id."


@pytest.fixture(autouse=True)
def _at_tasks(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)


def completed(ada: Account, count: int, start: int = 0) -> None:
    tasks = [{"title": f"Done {start + i}", "completed": True} for i in range(count)]
    assert ada.call("POST", "/api/v1/tasks/batch", {"tasks": tasks}).status == 201


def summary(ada: Account) -> dict[str, int]:
    found: dict[str, int] = ada.call("GET", "/api/v1/tasks/summary").json()
    return found


def test_a_text_for_a_task_that_was_deleted_elsewhere_is_given_back(
    page: Page, ada: Account, context: BrowserContext
) -> None:
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    context.set_offline(True)
    rename(page, "Buy milk", "Buy oat milk")
    assert ada.call("DELETE", "/api/v1/tasks/1").status == 204
    sentence = ada.call("GET", "/api/v1/tasks/1").json()["detail"]
    context.set_offline(False)
    main = page.get_by_role("main")
    expect(main.get_by_text("Buy oat milk", exact=True)).to_be_visible()
    expect(main.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("New task").press("Enter")
    ada.has(Buy_oat_milk=False)
    expect(main.get_by_text(sentence)).to_have_count(0)


def test_a_text_that_the_server_refused_outlives_a_reload(page: Page, ada: Account, context: BrowserContext) -> None:
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    context.set_offline(True)
    rename(page, "Buy milk", "Buy oat milk")
    assert ada.call("DELETE", "/api/v1/tasks/1").status == 204
    context.set_offline(False)
    expect(page.get_by_role("button", name="Discard")).to_be_visible()
    page.reload()
    expect(page.get_by_role("main").get_by_text("Buy oat milk", exact=True)).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    page.reload()
    at_tasks(page)
    expect(page.get_by_role("button", name="Discard")).to_have_count(0)


def test_a_new_task_that_breaks_a_rule_is_given_back_and_the_next_ones_go_on(page: Page, ada: Account) -> None:
    page.get_by_label("New task").evaluate(
        "(input) => { input.value = 'Half a sign \\ud83d'; input.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    page.get_by_label("New task").press("Enter")
    add(page, "Pay rent")
    ada.has(Pay_rent=False)
    expect(page.get_by_role("main").get_by_text(re.compile("Half a sign"))).to_be_visible()
    expect(page.get_by_role("button", name="Discard")).to_have_count(1)
    expect(page.get_by_role("checkbox")).to_have_count(1)


def test_a_thousand_cleared_tasks_are_undone(page: Page, ada: Account) -> None:
    completed(ada, 1000)
    page.reload()
    expect(tick(page, "Done 0")).to_be_visible()
    clear_done(page)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(tick(page, "Done 0")).to_be_visible()
    for _ in range(600):
        if summary(ada)["total"] == 1000:
            break
        page.wait_for_timeout(100)
    assert summary(ada) == {"total": 1000, "completed": 1000, "pending": 0}
    numbers = [task["number"] for task in ada.call("GET", "/api/v1/tasks?limit=1000").json()["tasks"]]
    assert numbers == list(range(1, 1001))


def test_what_cannot_be_undone_is_put_back_with_its_sentence(page: Page, ada: Account, context: BrowserContext) -> None:
    completed(ada, 40)
    page.reload()
    expect(tick(page, "Done 0")).to_be_visible()
    clear_done(page)
    for _ in range(100):
        if summary(ada)["total"] == 0:
            break
        page.wait_for_timeout(100)
    answered: list[str] = []

    def lose(route: Route) -> None:
        answered.append(route.request.url)
        if len(answered) == 10:  # From here on there is nothing in the bin any more.
            assert ada.call("DELETE", "/api/v1/tasks/deleted").status == 200
        route.continue_()

    page.route("**/restore", lose)
    page.keyboard.press("Control+z")
    expect(page.get_by_text(GONE).first).to_be_visible()
    expect(page.get_by_text(re.compile("changes? waiting"))).to_have_count(0)
    total = summary(ada)["total"]
    assert 0 < total < 40
    expect(page.get_by_role("checkbox")).to_have_count(total)
