"""What somebody types is never lost, what was done is noticed, and each deed can be taken back."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, paste, rename, tick


@pytest.fixture(autouse=True)
def _at_tasks(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)


def many(page: Page, ada: Account) -> None:
    tasks = [{"title": f"Task {place}"} for place in range(60)]
    assert ada.call("POST", "/api/v1/tasks/batch", {"tasks": tasks}).status == 201
    page.reload()
    expect(tick(page, "Task 0")).to_be_visible()


def total(ada: Account) -> int:
    found: int = ada.call("GET", "/api/v1/tasks/summary").json()["total"]
    return found


def deleted_elsewhere(ada: Account, context: BrowserContext) -> None:
    """Of the only task; the page learns of it when its network comes back."""
    assert ada.call("DELETE", "/api/v1/tasks/1").status == 204
    context.set_offline(True)
    context.set_offline(False)


def test_what_was_added_out_of_sight_is_said(page: Page, ada: Account) -> None:
    many(page, ada)
    said = page.get_by_role("status").get_by_text("Added “Far away”")
    page.get_by_label("New task").fill("Far away")
    page.get_by_label("New task").press("Enter")
    expect(said).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("60 of 60")).to_have_count(0)
    page.get_by_label("Search titles and descriptions").fill("Task 1")
    expect(tick(page, "Task 0")).to_have_count(0)
    page.get_by_label("New task").fill("Far away")
    page.get_by_label("New task").press("Enter")
    expect(said).to_be_visible()
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_label("Search titles and descriptions").fill("in sight")
    expect(page.get_by_role("checkbox")).to_have_count(0)
    add(page, "This is in sight")
    page.wait_for_timeout(300)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_undo_in_the_empty_line_is_the_pages(page: Page, ada: Account) -> None:
    add(page, "Buy milk", "Pay rent")
    ada.has(Buy_milk=False, Pay_rent=False)
    line = page.get_by_label("New task")
    line.press("Control+Shift+z")
    line.press_sequentially("Call")
    while line.input_value():  # The browser's own undo, in as many steps as it likes.
        line.press("Control+z")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    line.press("Control+z")
    expect(tick(page, "Pay rent")).to_have_count(0)
    line.press("Control+Shift+z")
    line.press("Escape")
    page.keyboard.press("Control+Shift+z")
    ada.has(Buy_milk=False)
    expect(tick(page, "Buy milk")).to_be_visible()


def test_a_new_title_and_a_new_description_are_said_and_undone(page: Page, ada: Account) -> None:
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    rename(page, "Buy milk", "Buy bread")
    expect(page.get_by_role("status").get_by_text("Changed “Buy milk”")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(tick(page, "Buy milk")).to_be_visible()
    ada.has(Buy_milk=False)
    page.get_by_role("link", name="Buy milk").click()
    page.get_by_label("Description", exact=True).press_sequentially("two litres")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    page.get_by_label("Description", exact=True).press("Escape")
    expect(page.get_by_label("Description", exact=True)).not_to_be_focused()
    expect(page.get_by_label("Description", exact=True)).to_have_value("two litres")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Description", exact=True)).to_have_value("")
    page.get_by_label("Title", exact=True).press("Escape")
    page.keyboard.press("Escape")
    at_tasks(page)


def test_a_title_typed_in_the_list_outlives_its_task(page: Page, ada: Account, context: BrowserContext) -> None:
    add(page, "Buy milk", "Pay rent")
    ada.has(Buy_milk=False, Pay_rent=False)
    page.get_by_role("listitem").filter(has_text="Buy milk").hover()
    page.get_by_role("button", name="Rename “Buy milk”").click()
    page.get_by_label("New title of “Buy milk”").fill("Buy oat milk")
    deleted_elsewhere(ada, context)
    main = page.get_by_role("main")
    expect(main.get_by_text("Buy oat milk", exact=True)).to_be_visible()
    expect(main.get_by_text("“Buy milk” was deleted while this was being typed.")).to_be_visible()
    page.reload()
    page.get_by_label("New task").fill("Half a task")
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("New task").press("Enter")
    ada.has(Buy_oat_milk=False, Pay_rent=False)
    expect(main.get_by_text("Half a task", exact=True)).to_be_visible()


def test_a_text_typed_on_the_page_of_a_task_outlives_it(page: Page, ada: Account, context: BrowserContext) -> None:
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    page.get_by_role("link", name="Buy milk").click()
    page.get_by_label("Title", exact=True).fill("W" * 101)  # It stays, as it is too long.
    page.get_by_label("Description", exact=True).fill("two litres")
    deleted_elsewhere(ada, context)
    main = page.get_by_role("main")
    expect(main.get_by_text(f"{'W' * 101} · two litres")).to_be_visible()
    expect(main.get_by_text("“Buy milk” was deleted while this was being typed.")).to_be_visible()
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_label("New task")).to_have_value(f"{'W' * 101} two litres")
    expect(page.get_by_label("New task")).to_be_focused()


def test_lines_that_are_too_long_come_back_one_by_one(page: Page, ada: Account) -> None:
    add(page, "Pay rent")
    ada.has(Pay_rent=False)  # So it is known whose texts they are: before, they stay in the line.
    page.get_by_label("New task").focus()
    paste(page, f"Buy milk\n{'V' * 101}\n{'W' * 102}")
    ada.has(Pay_rent=False, Buy_milk=False)
    main = page.get_by_role("main")
    for letter, count in (("V", 101), ("W", 102)):
        expect(main.get_by_text(letter * count, exact=True)).to_be_visible()
        expect(main.get_by_text(f"this one has {count}.")).to_be_visible()
    page.get_by_role("button", name="Edit", exact=True).first.click()
    expect(page.get_by_label("New task")).to_have_value("V" * 101)
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_label("New task")).to_have_value("W" * 102)
    expect(page.get_by_role("button", name="Discard")).to_have_count(1)


def test_a_title_that_cannot_be_kept_says_why_where_it_can_be_read(page: Page, ada: Account) -> None:
    add(page, "Buy milk", "Pay rent")
    ada.has(Buy_milk=False, Pay_rent=False)
    page.get_by_role("listitem").filter(has_text="Buy milk").hover()
    page.get_by_role("button", name="Rename “Buy milk”").click()
    title = page.get_by_label("New title of “Buy milk”")
    for text, words in ((" ", "Title cannot be empty."), ("W" * 101, "this one has 101.")):
        title.fill(text)
        title.press("Enter")
        refusal = page.get_by_role("alert").filter(has_text=words)
        expect(refusal).to_be_visible()
        assert refusal.evaluate(
            """(one) => {
              const { left, bottom } = one.getBoundingClientRect();
              return one.contains(document.elementFromPoint(left + 8, bottom - 4));
            }"""
        )
    title.press("Escape")
    expect(tick(page, "Buy milk")).to_be_focused()
    page.get_by_role("link", name="Buy milk").click()
    expect(page.get_by_role("textbox", name="Title", exact=True)).to_have_value("Buy milk")
    page.get_by_role("textbox", name="Title", exact=True).fill(" ")
    page.get_by_role("textbox", name="Title", exact=True).press("Enter")
    expect(page.get_by_role("alert").get_by_text("Title cannot be empty.")).to_be_visible()
    ada.has(Buy_milk=False, Pay_rent=False)


def test_without_keys_of_one_character_the_others_work(page: Page, ada: Account) -> None:
    add(page, "Buy milk", "Pay rent")
    ada.has(Buy_milk=False, Pay_rent=False)
    page.goto("/settings")
    page.get_by_role("switch", name=re.compile("^Keys of one character")).uncheck()
    page.get_by_role("link", name=re.compile("^Tasks")).click()
    tick(page, "Buy milk").focus()
    for key in ("n", "x", "e", "#", "/", "?"):
        page.keyboard.press(key)
    expect(tick(page, "Buy milk")).to_be_focused()
    expect(tick(page, "Buy milk")).not_to_be_checked()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect(tick(page, "Pay rent")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(tick(page, "Pay rent")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="What do you want to do or find?")).to_be_focused()
    page.keyboard.type("keyboard")
    page.keyboard.press("Enter")
    keys = page.get_by_role("dialog", name="Keyboard")
    expect(keys.get_by_text("Del", exact=True)).to_be_visible()
    expect(keys.get_by_text("x", exact=True)).to_have_count(0)
