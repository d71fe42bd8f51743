"""What people do with tasks; a reload shows what the server has."""

import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, paste, tick


@pytest.fixture(autouse=True)
def _at_tasks(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)


def test_what_was_added_and_completed_is_there_after_a_reload(page: Page, ada: Account) -> None:
    add(page, "Buy milk", "Pay rent")
    tick(page, "Buy milk").check()
    ada.has(Buy_milk=True, Pay_rent=False)
    page.reload()
    expect(tick(page, "Buy milk")).to_be_checked()
    expect(tick(page, "Pay rent")).not_to_be_checked()


def test_several_pasted_lines_are_several_tasks(page: Page, ada: Account) -> None:
    page.get_by_label("New task").focus()
    paste(page, "Buy milk\nPay rent\n\nCall Grace")
    for title in ("Buy milk", "Pay rent", "Call Grace"):
        expect(tick(page, title)).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(3)
    ada.has(Buy_milk=False, Pay_rent=False, Call_Grace=False)


def test_rename_in_place(page: Page, ada: Account) -> None:
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    page.get_by_role("listitem").filter(has_text="Buy milk").hover()
    page.get_by_role("button", name="Rename “Buy milk”").click()
    page.get_by_label("New title of “Buy milk”").fill("Buy bread")
    page.get_by_label("New title of “Buy milk”").press("Enter")
    expect(tick(page, "Buy bread")).to_be_visible()
    ada.has(Buy_bread=False)
    page.reload()
    expect(tick(page, "Buy bread")).to_be_visible()


def test_delete_undo_and_the_bin(page: Page, ada: Account) -> None:
    add(page, "Buy milk", "Pay rent")
    ada.has(Buy_milk=False, Pay_rent=False)
    page.get_by_role("listitem").filter(has_text="Buy milk").hover()
    page.get_by_role("button", name="Delete “Buy milk”").click()
    expect(tick(page, "Buy milk")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(tick(page, "Buy milk")).to_be_visible()
    page.get_by_role("listitem").filter(has_text="Pay rent").hover()
    page.get_by_role("button", name="Delete “Pay rent”").click()
    ada.has(Buy_milk=False)
    page.get_by_role("link", name="Bin").click()
    page.get_by_role("button", name="Restore “Pay rent”").click()
    expect(page.get_by_role("heading", name="The bin is empty")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Tasks")).click()
    expect(tick(page, "Pay rent")).to_be_visible()


def test_search_and_filter(page: Page) -> None:
    add(page, "Buy milk", "Pay rent", "Buy ÄPFEL")
    tick(page, "Pay rent").check()
    page.get_by_label("Search titles and descriptions").fill("äpfel")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    expect(tick(page, "Buy ÄPFEL")).to_be_visible()
    page.get_by_label("Search titles and descriptions").fill("")
    page.get_by_role("radio", name=re.compile("^Done")).check(force=True)
    expect(page.get_by_role("checkbox")).to_have_count(1)
    expect(tick(page, "Pay rent")).to_be_visible()


def test_one_task_by_its_address(page: Page, ada: Account) -> None:
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    page.goto("/tasks/1")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Buy milk")
    page.get_by_label("Description", exact=True).fill("two litres")
    page.get_by_label("Description", exact=True).blur()
    page.get_by_role("link", name=re.compile("^Tasks")).first.click()
    expect(page.get_by_text("two litres")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_label("Description", exact=True)).to_have_value("two litres")


def test_the_keyboard_alone(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.type("Buy milk")
    page.keyboard.press("Enter")
    page.keyboard.type("Pay rent")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    page.keyboard.press("Delete")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.get_by_role("button", name="Undo").hover()  # then it does not go by itself
    page.keyboard.press("Control+z")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_keys_and_texts_count_while_the_sign_in_is_still_asked_for(page: Page, ada: Account) -> None:
    def slowly(route: Route) -> None:
        time.sleep(1)
        route.continue_()

    page.goto("/openapi.json")  # where no page is under way that keeps something
    page.evaluate("indexedDB.databases().then((all) => all.map(({ name }) => indexedDB.deleteDatabase(name)))")
    page.evaluate("localStorage.clear()")
    page.context.route("**/api/auth/refresh", slowly)
    page.goto("/tasks")
    at_tasks(page)
    page.keyboard.press("n")
    for title in ("Buy milk", "Pay rent"):
        page.keyboard.type(title)
        page.keyboard.press("Enter")
    ada.has(Buy_milk=False, Pay_rent=False)
    expect(page.get_by_role("checkbox")).to_have_count(2)


def test_ten_thousand_tasks_are_few_rows(page: Page, ada: Account) -> None:
    for start in range(0, 10_000, 1000):
        tasks = [{"title": f"Task {start + i}"} for i in range(1000)]
        assert ada.call("POST", "/api/v1/tasks/batch", {"tasks": tasks}).status == 201
    page.reload()
    expect(tick(page, "Task 0")).to_be_visible()
    assert page.get_by_role("listitem").count() < 60
    page.get_by_label("Search titles and descriptions").fill("task 9999")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.get_by_label("Search titles and descriptions").fill("")
    page.keyboard.press("Escape")
    page.mouse.wheel(0, 1_000_000)
    expect(tick(page, "Task 9999")).to_be_visible()
    assert page.get_by_role("listitem").count() < 60
