"""The pages around the list: what they ask before, what they refuse by themselves, and what they miss without the server."""

import re

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.conftest import PASSWORD
from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, sign_in, tick

AWAY = "The server cannot be reached at the moment."


def test_the_bin_follows_what_is_undone(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    add(page, "Buy milk", "Pay rent")
    ada.has(Buy_milk=False, Pay_rent=False)
    page.get_by_role("listitem").filter(has_text="Buy milk").hover()
    page.get_by_role("button", name="Delete “Buy milk”").click()
    ada.has(Pay_rent=False)
    page.get_by_role("link", name="Bin").click()
    for _ in range(2):
        page.get_by_role("button", name="Restore “Buy milk”").click()
        expect(page.get_by_role("heading", name="The bin is empty")).to_be_visible()
        page.keyboard.press("Control+z")
        expect(page.get_by_role("button", name="Restore “Buy milk”")).to_be_visible()
    page.keyboard.press("Control+z")  # the deletion itself, in the list
    expect(page.get_by_role("heading", name="The bin is empty")).to_be_visible()
    ada.has(Buy_milk=False, Pay_rent=False)


def test_without_network_settings_and_bin_come_by_themselves_when_it_is_back(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    for path in ("Settings", "Bin"):  # their scripts come while there is a network
        page.get_by_role("link", name=path).click()
        expect(page.get_by_role("heading", name=path, level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="The bin is empty")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Tasks")).click()
    at_tasks(page)
    page.context.set_offline(True)
    page.get_by_role("link", name="Bin").click()
    expect(page.get_by_role("alert").filter(has_text=AWAY)).to_be_visible()
    expect(page.get_by_text(re.compile("typed"))).to_have_count(0)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="The bin is empty")).to_be_visible(timeout=30_000)
    expect(page.get_by_text(AWAY)).to_have_count(0)
    page.context.set_offline(True)
    page.get_by_role("link", name="Settings").click()
    missing = page.get_by_text("This comes when the server can be reached again.")
    expect(missing).to_have_count(4)
    expect(page.get_by_text(re.compile("Nothing you typed"))).to_have_count(0)
    page.context.set_offline(False)
    expect(page.get_by_text("This one")).to_be_visible(timeout=30_000)
    expect(missing).to_have_count(0)


def test_a_page_that_cannot_be_fetched_does_not_take_the_list_away(page: Page, ada: Account) -> None:
    page.route(re.compile("/assets/Bin-|/health/live"), lambda route: route.abort())
    page.goto("/tasks")
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    page.get_by_role("link", name="Bin").click()
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()
    page.go_back()
    expect(tick(page, "Buy milk")).to_be_visible()
    add(page, "Pay rent")


def test_what_cannot_be_taken_back_asks_first(page: Page, ada: Account, browser: Browser, base_url: str) -> None:
    with browser.new_context(base_url=base_url, user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0") as other:
        answer = other.request.post("/api/auth/login", data={"email": ada.email, "password": PASSWORD})
        assert answer.status == 200
    assert ada.call("POST", "/api/auth/tokens", {"name": "Backup"}).status == 201
    page.goto("/settings")
    for button, title, said in (
        ("Sign out: Firefox on Linux", "Sign out this device?", "Firefox on Linux is signed out."),
        ("Delete: Backup", "Delete this access token?", "The access token “Backup” is dead."),
    ):
        dialog = page.get_by_role("dialog", name=title)
        opener = page.get_by_role("button", name=button)
        opener.click()
        expect(dialog).to_contain_text(button.partition(": ")[2])
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(opener).to_be_focused()
        opener.click()
        dialog.get_by_role("button", name="Leave it").click()
        expect(opener).to_be_visible()
        opener.click()
        dialog.get_by_role("button", name=button.partition(":")[0]).click()
        expect(page.get_by_text(said)).to_be_visible()
        expect(opener).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "button", "password"),
    [("/sign-in", "Sign in", "Type your password."), ("/register", "Create account", "Type a password.")],
)
def test_an_empty_field_is_refused_before_anything_is_sent(page: Page, path: str, button: str, password: str) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if "/api/" in request.url else None)
    page.goto(path)
    address, secret = page.get_by_label("E-mail address"), page.get_by_label("Password", exact=True)
    expect(address).to_be_focused()
    page.keyboard.press("Enter")
    expect(address).to_have_accessible_description("Type your e-mail address.")
    expect(secret).to_have_accessible_description(password)
    expect(address).to_be_focused()
    address.fill("ada@example.com")
    page.get_by_role("button", name=button).click()
    expect(address).to_have_accessible_description("")
    expect(secret).to_have_accessible_description(password)
    expect(secret).to_be_focused()
    assert sent == []


def test_a_finger_is_not_met_by_a_keyboard(browser: Browser, base_url: str) -> None:
    with browser.new_context(base_url=base_url, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto("/sign-in")
        expect(page.get_by_label("E-mail address")).to_be_visible()
        expect(page.get_by_label("E-mail address")).not_to_be_focused()


def test_the_way_back_goes_along_between_register_and_sign_in(page: Page, ada: Account) -> None:
    page.context.clear_cookies()
    page.goto("/register?return-to=%2Fbin")
    page.get_by_role("link", name="Sign in").last.click()
    expect(page).to_have_url(re.compile(r"/sign-in\?return-to=%2Fbin$"))
    page.get_by_role("link", name="Create an account").click()
    expect(page).to_have_url(re.compile(r"/register\?return-to=%2Fbin$"))
    page.get_by_role("link", name="Sign in").last.click()
    sign_in(page, ada.email)
    expect(page).to_have_url(re.compile("/bin$"))
