"""What axe says of everything that opens: dialogs, notices, forms with errors, empty states; both themes, phone and desk."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, tick
from tests.e2e.test_e2e_look import THEMES, WIDTHS, assert_no_violations

Sweep = Callable[[str], None]


@pytest.fixture
def sweep(page: Page) -> Sweep:
    """Looks at the page as it stands, in both themes and widths."""

    def look(name: str) -> None:
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                page.wait_for_timeout(100)
                assert_no_violations(page, f"{name} {theme} {width}")

    return look


def test_forms_with_errors(page: Page, sweep: Sweep) -> None:
    page.goto("/register")
    page.get_by_label("E-mail address").fill("ada")
    page.get_by_label("Password", exact=True).fill("password")
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("[aria-invalid]")).to_have_count(2)
    sweep("register with errors")
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").filter(has_text="wrong")).to_be_visible()
    sweep("sign-in refused")


@pytest.mark.usefixtures("ada")
def test_empty_states(page: Page, sweep: Sweep) -> None:
    page.goto("/tasks")
    expect(page.get_by_role("heading", name="Nothing to do yet")).to_be_visible()
    sweep("no tasks")
    add(page, "Buy milk")
    page.get_by_label("Search titles and descriptions").fill("bread")
    expect(page.get_by_role("heading", name=re.compile("Nothing matches"))).to_be_visible()
    sweep("nothing found")
    page.goto("/bin")
    expect(page.get_by_role("heading", name="The bin is empty")).to_be_visible()
    sweep("empty bin")
    page.goto("/tasks/99")
    expect(page.get_by_role("heading", name="You have no task with this number")).to_be_visible()
    sweep("no such task")


@pytest.mark.usefixtures("ada")
def test_palette_help_and_notices(page: Page, sweep: Sweep) -> None:
    page.goto("/tasks")
    add(page, "Buy milk", "Pay rent")
    page.get_by_label("New task").fill("W" * 101)
    page.get_by_label("New task").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="longer")).to_be_visible()
    sweep("a title too long")
    page.get_by_label("New task").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    sweep("help")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="What do you want to do or find?").fill("rent")
    expect(page.get_by_role("option", name=re.compile("Pay rent"))).to_be_visible()
    sweep("palette")
    page.get_by_role("combobox", name="What do you want to do or find?").fill("nothing of this name")
    expect(page.get_by_text("Nothing here does or is called")).to_be_visible()
    sweep("palette without a choice")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="Undo").focus()  # then it stays
    sweep("a notice")
    page.get_by_role("button", name="Dismiss").click()
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_label(re.compile("^New title"))).to_be_focused()
    sweep("a title typed anew")


def test_dialogs_that_ask(page: Page, ada: Account, sweep: Sweep, context: BrowserContext) -> None:
    page.goto("/tasks")
    add(page, "Buy milk", "Pay rent")
    ada.has(Buy_milk=False, Pay_rent=False)
    tick(page, "Buy milk").focus()
    page.keyboard.press("Delete")
    ada.has(Pay_rent=False)
    page.goto("/bin")
    page.get_by_role("button", name="Empty the bin").click()
    expect(page.get_by_role("dialog", name="Empty the bin?")).to_be_visible()
    sweep("emptying the bin")
    page.goto("/settings")
    page.get_by_role("button", name="Delete the account").click()
    dialog = page.get_by_role("dialog", name="Delete the account?")
    dialog.get_by_label("Your password").fill("not the password")
    dialog.get_by_role("button", name="Delete the account").click()
    expect(dialog.get_by_role("alert").filter(has_text="wrong")).to_be_visible()
    sweep("deleting the account, refused")
    page.goto("/tasks")
    at_tasks(page)
    expect(tick(page, "Pay rent")).to_be_visible()
    context.set_offline(True)
    add(page, "Typed in a tunnel")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("dialog", name="Sign out and lose changes?")).to_be_visible()
    sweep("leaving with changes")
    page.get_by_role("button", name="Stay signed in").click()
    context.set_offline(False)


def test_a_conflict(page: Page, ada: Account, sweep: Sweep, context: BrowserContext) -> None:
    page.goto("/tasks")
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    context.set_offline(True)
    tick(page, "Buy milk").focus()
    page.keyboard.press("e")
    page.keyboard.type("Buy oat milk")
    page.keyboard.press("Enter")
    assert ada.call("PATCH", "/api/v1/tasks/1", {"title": "Buy goat milk"}).status == 200
    context.set_offline(False)
    expect(page.get_by_role("dialog", name="This task was changed elsewhere too")).to_be_visible()
    sweep("a conflict")
    page.get_by_role("button", name="Keep yours").click()
    ada.has(Buy_oat_milk=False)
