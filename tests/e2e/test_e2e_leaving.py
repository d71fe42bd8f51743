"""Signing out with work unsent, a session that died while somebody typed, and an account that is deleted."""

import re
from dataclasses import replace

from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import PASSWORD
from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, rename, sign_in, tick


def at_work(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)
    add(page, "Buy milk")
    ada.has(Buy_milk=False)


def end_all_sessions(ada: Account) -> str:
    """From another device. The new password."""
    answer = ada.page.context.request.post("/api/auth/login", data={"email": ada.email, "password": PASSWORD})
    elsewhere = replace(ada, token=answer.json()["token"]["access_token"])
    new = "another garden in November"
    data = {"current_password": PASSWORD, "new_password": new}
    assert elsewhere.call("POST", "/api/auth/password", data).status == 204
    ada.page.context.clear_cookies()
    return new


def test_signing_out_asks_before_it_loses_what_was_not_sent(page: Page, ada: Account, context: BrowserContext) -> None:
    at_work(page, ada)
    context.set_offline(True)
    add(page, "Pay rent")
    page.get_by_role("button", name="Sign out").click()
    dialog = page.get_by_role("dialog", name="Sign out and lose changes?")
    expect(dialog).to_contain_text("1 change has not reached the server yet.")
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_have_count(0)
    expect(tick(page, "Pay rent")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    context.set_offline(False)
    ada.has(Buy_milk=False, Pay_rent=False)


def test_signing_out_waits_for_a_network_that_comes_back(page: Page, ada: Account, context: BrowserContext) -> None:
    at_work(page, ada)
    context.set_offline(True)
    add(page, "Pay rent")
    page.get_by_role("button", name="Sign out").click()
    context.set_offline(False)
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page, ada.email)
    expect(tick(page, "Pay rent")).to_be_visible()


def test_signing_out_loses_only_what_the_person_gave_up(page: Page, ada: Account, context: BrowserContext) -> None:
    at_work(page, ada)
    context.set_offline(True)
    add(page, "Never mind")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign out, lose them").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    context.set_offline(False)
    sign_in(page, ada.email)
    expect(tick(page, "Buy milk")).to_be_visible()
    expect(tick(page, "Never mind")).to_have_count(0)


def test_signing_out_asks_before_it_loses_a_text_that_was_refused(
    page: Page, ada: Account, context: BrowserContext
) -> None:
    at_work(page, ada)
    context.set_offline(True)
    rename(page, "Buy milk", "Buy oat milk")
    assert ada.call("DELETE", "/api/v1/tasks/1").status == 204
    context.set_offline(False)
    expect(page.get_by_role("button", name="Discard")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    dialog = page.get_by_role("dialog", name="Sign out and lose changes?")
    dialog.get_by_role("button", name="Stay signed in").click()
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))


def test_what_was_typed_when_the_session_died_is_there_after_signing_in(page: Page, ada: Account) -> None:
    at_work(page, ada)
    password = end_all_sessions(ada)
    page.get_by_label("New task").fill("Half a thou")
    page.get_by_role("listitem").filter(has_text="Buy milk").hover()
    page.get_by_role("button", name="Rename “Buy milk”").click()
    page.get_by_label("New title of “Buy milk”").fill("Buy oat milk")
    page.get_by_label("New title of “Buy milk”").press("Enter")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.reload()
    sign_in(page, ada.email, password)
    expect(page.get_by_label("New task")).to_have_value("Half a thou")
    expect(tick(page, "Buy oat milk")).to_be_visible()
    page.get_by_label("New task").fill("")


def test_a_description_half_typed_when_the_session_died_is_kept(page: Page, ada: Account) -> None:
    at_work(page, ada)
    page.goto("/tasks/1")
    page.get_by_label("Description", exact=True).fill("two lit")
    password = end_all_sessions(ada)
    # As one event: between the mouse's down and up the page may already have moved on.
    page.get_by_role("checkbox", name="Done").dispatch_event("click")
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page, ada.email, password)
    expect(page).to_have_url(re.compile("/tasks/1$"))
    expect(page.get_by_label("Description", exact=True)).to_have_value("two lit")
    expect(page.get_by_role("checkbox", name="Done")).to_be_checked()


def test_a_title_half_typed_in_the_list_outlives_a_reload(page: Page, ada: Account) -> None:
    at_work(page, ada)
    page.get_by_role("listitem").filter(has_text="Buy milk").hover()
    page.get_by_role("button", name="Rename “Buy milk”").click()
    page.get_by_label("New title of “Buy milk”").fill("Buy oat milk")
    page.reload()
    expect(tick(page, "Buy oat milk")).to_be_visible()
    ada.has(Buy_oat_milk=False)


def test_a_deleted_account_ends_on_the_first_page_with_a_word(page: Page, ada: Account) -> None:
    page.goto("/settings")
    page.get_by_role("button", name="Delete the account …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Delete the account").click()
    expect(page).to_have_url(re.compile("//[^/]*/$"))
    expect(page.get_by_text("Your account is deleted")).to_be_visible()
    expect(page.get_by_role("heading", name="Tasks that stay")).to_be_visible()
