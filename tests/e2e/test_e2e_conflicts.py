"""One task changed here and elsewhere: the person sees both texts and chooses."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, rename, tick


@pytest.fixture(autouse=True)
def _at_tasks(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)
    add(page, "Buy milk")
    ada.has(Buy_milk=False)


def both_change_the_title(page: Page, ada: Account, context: BrowserContext) -> Locator:
    """The dialog that asks, after the title was changed on the page offline and meanwhile elsewhere."""
    context.set_offline(True)
    rename(page, "Buy milk", "Buy oat milk 🥛")
    assert ada.call("PATCH", "/api/v1/tasks/1", {"title": "Buy حليب"}).status == 200
    context.set_offline(False)
    dialog = page.get_by_role("dialog", name="This task was changed elsewhere too")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("region", name="Yours")).to_contain_text("Buy oat milk 🥛")
    expect(dialog.get_by_role("region", name="The other")).to_contain_text("Buy حليب")
    return dialog


@pytest.mark.parametrize(("choice", "kept"), [("Keep yours", "Buy oat milk 🥛"), ("Keep the other", "Buy حليب")])
def test_what_the_person_chooses_stays(
    page: Page, ada: Account, context: BrowserContext, choice: str, kept: str
) -> None:
    dialog = both_change_the_title(page, ada, context)
    dialog.get_by_role("button", name=choice).click()
    expect(dialog).to_have_count(0)
    expect(tick(page, kept)).to_be_visible()
    ada.has(**{kept: False})
    page.reload()
    expect(tick(page, kept)).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(1)


@pytest.mark.parametrize(("name", "kept"), [("Keep yours", "Buy oat milk 🥛"), ("Keep the other", "Buy حليب")])
def test_the_keyboard_chooses_and_escape_is_no_choice(
    page: Page, ada: Account, context: BrowserContext, name: str, kept: str
) -> None:
    dialog = both_change_the_title(page, ada, context)
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    for _ in range(5):
        if dialog.get_by_role("button", name=name).evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    ada.has(**{kept: False})


def test_a_choice_outlives_a_reload_before_it_was_made(page: Page, ada: Account, context: BrowserContext) -> None:
    both_change_the_title(page, ada, context)
    page.reload()
    dialog = page.get_by_role("dialog", name="This task was changed elsewhere too")
    expect(dialog.get_by_role("region", name="Yours")).to_contain_text("Buy oat milk 🥛")
    dialog.get_by_role("button", name="Keep yours").click()
    ada.has(**{"Buy oat milk 🥛": False})


def test_two_tabs_ask_and_one_answer_is_enough(page: Page, ada: Account, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto("/tasks")
    expect(tick(other, "Buy milk")).to_be_visible()
    dialog = both_change_the_title(page, ada, context)
    theirs = other.get_by_role("dialog", name="This task was changed elsewhere too")
    theirs.get_by_role("button", name="Keep yours").click()
    expect(theirs).to_have_count(0)
    expect(dialog).to_have_count(0)
    ada.has(**{"Buy oat milk 🥛": False})


def test_changed_again_while_the_person_reads(page: Page, ada: Account, context: BrowserContext) -> None:
    dialog = both_change_the_title(page, ada, context)
    assert ada.call("PATCH", "/api/v1/tasks/1", {"title": "Third"}).status == 200
    dialog.get_by_role("button", name="Keep yours").click()
    expect(dialog.get_by_role("region", name="The other")).to_contain_text("Third")
    expect(dialog.get_by_role("region", name="Yours")).to_contain_text("Buy oat milk 🥛")
    dialog.get_by_role("button", name="Keep yours").click()
    ada.has(**{"Buy oat milk 🥛": False})


def test_deleted_elsewhere_while_the_person_reads(page: Page, ada: Account, context: BrowserContext) -> None:
    dialog = both_change_the_title(page, ada, context)
    assert ada.call("DELETE", "/api/v1/tasks/1").status == 204
    dialog.get_by_role("button", name="Keep yours").click()
    expect(dialog).to_have_count(0)
    returned = page.get_by_role("main").get_by_text("Buy oat milk 🥛", exact=True)
    expect(returned).to_be_visible()
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_label("New task")).to_have_value("Buy oat milk 🥛")


def test_other_places_of_one_task_are_both_kept(page: Page, ada: Account, context: BrowserContext) -> None:
    context.set_offline(True)
    rename(page, "Buy milk", "Buy oat milk")
    assert ada.call("PATCH", "/api/v1/tasks/1", {"description": "two litres"}).status == 200
    context.set_offline(False)
    ada.has(Buy_oat_milk=False)
    expect(page.get_by_text("two litres")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("field", ["Title", "Description"])
def test_what_comes_while_a_text_is_typed_is_not_overwritten(
    page: Page, ada: Account, context: BrowserContext, field: str
) -> None:
    page.get_by_role("link", name="Buy milk").click()
    box = page.get_by_label(field, exact=True)
    box.fill("Mine")
    assert ada.call("PATCH", "/api/v1/tasks/1", {field.lower(): "Theirs"}).status == 200
    came_back(page, context)
    box.press("Escape")
    assert_both_are_shown(page)


def test_what_comes_while_a_title_is_typed_in_the_list_is_not_overwritten(
    page: Page, ada: Account, context: BrowserContext
) -> None:
    tick(page, "Buy milk").focus()
    page.keyboard.press("e")
    page.keyboard.type("Mine")
    assert ada.call("PATCH", "/api/v1/tasks/1", {"title": "Theirs"}).status == 200
    came_back(page, context)
    page.keyboard.press("Enter")
    assert_both_are_shown(page)
    assert ada.call("GET", "/api/v1/tasks/1").json()["task"]["title"] == "Theirs"


def came_back(page: Page, context: BrowserContext) -> None:
    """The network, so that the page reads the list again."""
    context.set_offline(True)
    expect(page.get_by_text("Offline")).to_be_visible()
    with page.expect_response(lambda answer: "/api/v1/tasks" in answer.url and answer.ok):
        context.set_offline(False)
    expect(page.get_by_text("Offline")).to_have_count(0)


def assert_both_are_shown(page: Page) -> None:
    dialog = page.get_by_role("dialog", name="This task was changed elsewhere too")
    expect(dialog.get_by_role("region", name="Yours")).to_contain_text("Mine")
    expect(dialog.get_by_role("region", name="The other")).to_contain_text("Theirs")
