"""Everything without a mouse: nothing here clicks, and nothing is focused but by keys."""

import re

from playwright.sync_api import Page, Route, expect

from tests.conftest import PASSWORD
from tests.e2e.conftest import Account
from tests.e2e.hands import at_tasks, tick

FAR = 60
"""Presses of Tab after which nothing is reached any more."""


def tab_to(page: Page, name: str, role: str = "button") -> None:
    """Presses Tab until the focus is on it."""
    wanted = page.get_by_role(role, name=re.compile(name)).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(FAR):
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name}")


def command(page: Page, name: str) -> None:
    """Does it by the palette."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="What do you want to do or find?")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def typed(page: Page, *keys: str) -> None:
    """Texts of several characters are typed, names of keys pressed."""
    for key in keys:
        if len(key) == 1 or key in (
            "Enter",
            "Escape",
            "Delete",
            "Tab",
            "Space",
            "Control+z",
            "ArrowRight",
            "ArrowDown",
        ):
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)


def test_an_account_and_its_settings(page: Page, email: str) -> None:
    page.goto("/")
    tab_to(page, "Create an account", "link")
    typed(page, "Enter")
    tab_to(page, "E-mail address", "textbox")
    typed(page, email)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    typed(page, PASSWORD, "Enter")
    at_tasks(page)
    command(page, "settings")
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_focused()
    tab_to(page, "^System$", "radio")
    typed(page, "ArrowRight", "ArrowRight")
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    tab_to(page, "^Name$", "textbox")
    typed(page, "Ada Lovelace", "Enter")
    expect(page.get_by_text("Your account was changed.")).to_be_visible()
    form = page.get_by_role("form", name="New access token")
    expect(form).to_be_visible()
    for _ in range(FAR):
        if form.get_by_label("Name").evaluate("(one) => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    typed(page, "Backup script", "Enter")
    expect(page.get_by_label(re.compile("^Your new token"))).to_be_focused()
    tab_to(page, "I have kept it")
    typed(page, "Enter")
    tab_to(page, "^Delete: Backup script")
    typed(page, "Enter")
    tab_to(page, "^Delete$")
    typed(page, "Enter")
    expect(page.get_by_text("The access token “Backup script” is dead.")).to_be_visible()
    command(page, "sign out")
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


def test_tasks_from_the_first_to_the_last(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)
    typed(page, "n", "Buy milk", "Enter", "Pay rent", "Enter", "Call Grace", "Enter", "Escape")
    ada.has(Buy_milk=False, Pay_rent=False, Call_Grace=False)
    typed(page, "j", "x")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    typed(page, "e", "Buy bread", "Enter")
    expect(page.get_by_role("checkbox", name="Buy bread")).to_be_focused()
    ada.has(Buy_bread=True, Pay_rent=False, Call_Grace=False)
    typed(page, "Enter")
    expect(page.get_by_role("heading", name="Task 1")).to_be_focused()
    tab_to(page, "^Description$", "textbox")
    typed(page, "two loaves")
    page.keyboard.press("Control+Enter")
    typed(page, "Escape")
    at_tasks(page)
    expect(page.get_by_text("two loaves")).to_be_visible()
    typed(page, "/", "rent")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    typed(page, "Escape", "Escape")
    expect(page.get_by_role("checkbox")).to_have_count(3)
    tab_to(page, "^Sort by", "combobox")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("checkbox").first).to_have_accessible_name("Call Grace")
    page.keyboard.press("ArrowUp")
    command(page, "show done")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    command(page, "show all")
    expect(page.get_by_role("checkbox")).to_have_count(3)
    tab_to(page, "^Buy bread$", "checkbox")
    typed(page, "ArrowDown", "Delete")
    expect(tick(page, "Pay rent")).to_have_count(0)
    ada.has(Buy_bread=True, Call_Grace=False)
    command(page, "bin")
    expect(page.get_by_role("heading", name="Bin", level=1)).to_be_focused()
    tab_to(page, "^Restore “Pay rent”")
    typed(page, "Enter")
    expect(page.get_by_role("heading", name="The bin is empty")).to_be_visible()
    command(page, "go to tasks")
    expect(tick(page, "Pay rent")).to_be_visible()


def test_one_task_after_the_other_goes_and_the_focus_stays_in_the_list(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)
    typed(page, "n", "One", "Enter", "Two", "Enter", "Three", "Enter", "Four", "Enter", "Escape")
    ada.has(One=False, Two=False, Three=False, Four=False)  # Rows come and move until then.
    typed(page, "j", "j")
    expect(tick(page, "Two")).to_be_focused()
    typed(page, "Delete")
    expect(tick(page, "Three")).to_be_focused()
    typed(page, "x", "Delete")
    expect(page.get_by_role("checkbox", name="Four", checked=False)).to_be_focused()
    expect(page.get_by_role("status").get_by_text(re.compile("Three"))).to_be_visible()
    typed(page, "Delete")
    expect(tick(page, "One")).to_be_focused()
    ada.has(One=False)
    typed(page, "Control+z", "Control+z")
    expect(page.get_by_role("checkbox")).to_have_count(3)
    expect(tick(page, "One")).to_be_focused()
    command(page, "show open")
    typed(page, "x")
    expect(tick(page, "Four")).to_be_focused()
    ada.has(One=True, Three=True, Four=False)


def test_what_is_typed_while_the_palette_comes_is_for_its_box(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)
    held: list[Route] = []
    page.route("**/assets/Palette-*.js", lambda route: held.append(route))
    page.get_by_label("New task").press_sequentially("Buy ")
    page.keyboard.press("Control+k")
    page.keyboard.type("seX")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.keyboard.type("ttings")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    box = page.get_by_role("combobox", name="What do you want to do or find?")
    expect(box).to_have_value("settings")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("New task")).to_have_value("Buy ")
    expect(page.get_by_label("New task")).to_be_focused()
    page.keyboard.press("Enter")
    ada.has(Buy=False)
