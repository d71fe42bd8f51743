"""The second factor and the recent activity, in the settings and at the door."""

import re

from playwright.sync_api import APIResponse, Page, Route, expect

from tests.accounts.one_time import App
from tests.conftest import PASSWORD
from tests.e2e.conftest import Account
from tests.e2e.hands import at_tasks, sign_in

SLOW_STORAGE = """
  const { set } = Object.getOwnPropertyDescriptor(IDBRequest.prototype, 'onsuccess');
  Object.defineProperty(IDBOpenDBRequest.prototype, 'onsuccess', {
    set(work) { set.call(this, (event) => setTimeout(() => work(event), 1500)); },
  });
"""


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Sign in").click()


def prove(page: Page, button: str, code: str = "") -> None:
    """Fills in the dialog that asks for the password again."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill(PASSWORD)
    if code:
        dialog.get_by_label("Code of the app").fill(code)
    dialog.get_by_role("button", name=button).click()


def set_up(page: Page) -> App:
    """Switches it on as a person would, with the key that the page shows."""
    page.goto("/settings")
    page.get_by_role("button", name="Set up …").click()
    prove(page, "Go on")
    expect(page.get_by_role("img", name="QR code for the authenticator app")).to_be_visible()
    app = App(page.locator("code").inner_text().replace(" ", ""))
    shown = page.get_by_role("link", name="open in an app on this device").get_attribute("href")
    assert shown is not None
    assert shown.startswith("otpauth://totp/")
    assert app.secret in shown
    page.get_by_label("Code of the app").fill("000000" if app.at(0) != "000000" else "111111")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("alert").filter(has_text="wrong or was used already")).to_be_visible()
    page.get_by_label("Code of the app").fill(app.code())
    page.get_by_role("button", name="Switch on").click()
    listed = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(listed).to_have_count(10)
    app.recovery_codes = listed.all_inner_texts()
    return app


def test_setting_it_up_and_signing_in_with_it(page: Page, ada: Account) -> None:
    app = set_up(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.path().read_text().split() == app.recovery_codes
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left")).to_be_visible()
    page.reload()
    expect(page.get_by_text("10 recovery codes are left")).to_be_visible()
    assert app.recovery_codes[0] not in page.content()

    page.get_by_role("button", name="Sign out").click()
    page.goto("/sign-in")
    sign_in(page, ada.email, "not the password")
    expect(page.get_by_role("alert").filter(has_text="password is wrong")).to_be_visible()
    sign_in(page, ada.email)
    code = page.get_by_label("Code", exact=True)
    expect(code).to_be_focused()
    assert code.get_attribute("autocomplete") == "one-time-code"
    type_code(page, "123 456")
    expect(page.get_by_role("alert").filter(has_text="wrong or was used already")).to_be_visible()
    assert code.input_value() == "123 456"
    page.get_by_role("button", name="Back").click()
    assert page.get_by_label("E-mail address").input_value() == ada.email
    page.get_by_role("button", name="Sign in").click()
    type_code(page, app.code())
    at_tasks(page)


def test_a_recovery_code_new_ones_and_off(page: Page, ada: Account) -> None:
    app = set_up(page)
    page.context.clear_cookies()
    page.goto("/settings")
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page, ada.email)
    type_code(page, app.recovery_codes[0].upper())
    expect(page.get_by_text("9 recovery codes are left")).to_be_visible()

    page.get_by_role("button", name="New recovery codes …").click()
    prove(page, "Replace the codes", app.code())
    fresh = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(fresh).to_have_count(10)
    new = fresh.all_inner_texts()
    assert not set(new) & set(app.recovery_codes)
    page.get_by_role("button", name="Switch off …").click()
    prove(page, "Switch off", app.recovery_codes[5])
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Nothing was changed")
    page.get_by_role("dialog").get_by_label("Code of the app").fill(new[0])
    page.get_by_role("dialog").get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Set up …")).to_be_visible()
    answer = page.context.request.post("/api/auth/login", data={"email": ada.email, "password": PASSWORD})
    assert answer.status == 200


def test_recent_activity(page: Page, ada: Account) -> None:
    for number in range(5):
        assert ada.call("PATCH", "/api/auth/me", {"name": f"Ada {number}"}).status == 200
    assert ada.call("POST", "/api/auth/tokens", {"name": "<b>عربي</b> 🌱"}).status == 201
    page.context.request.post("/api/auth/login", data={"email": ada.email, "password": "not the password"})
    page.goto("/settings")
    activity = page.get_by_role("region", name="Recent activity")
    lines = activity.get_by_role("listitem")
    expect(lines).to_have_count(5)
    expect(lines.nth(0)).to_contain_text("Sign-in refused: wrong password")
    expect(lines.nth(0)).to_contain_text("127.0.0.1")
    expect(lines.nth(1)).to_contain_text("Access token created: <b>عربي</b> 🌱")
    activity.get_by_role("button", name="Show older").click()
    expect(lines).to_have_count(8)
    expect(lines.nth(7)).to_contain_text("Account created")
    expect(activity.get_by_role("button", name="Show older")).to_have_count(0)


def test_a_late_refusal_of_the_old_session_does_not_end_the_new_one(page: Page, ada: Account) -> None:
    """The device answers slowly: when its tasks are open, it asks for a session that the person signs in for anew by then."""
    page.goto("/settings")
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    refused: list[tuple[Route, APIResponse]] = []

    def hold_all_but_the_first(route: Route) -> None:
        refused.append((route, route.fetch()))
        if len(refused) == 1:
            route.fulfill(response=refused[0][1])

    page.context.clear_cookies()
    page.route("**/api/auth/refresh", hold_all_but_the_first)
    page.add_init_script(SLOW_STORAGE)
    page.goto("/settings")
    expect(page.get_by_label("E-mail address")).to_be_visible()
    for _ in range(100):
        if len(refused) > 1:
            break
        page.wait_for_timeout(100)
    assert len(refused) > 1
    sign_in(page, ada.email)
    page.wait_for_timeout(1000)
    for late, answer in refused[1:]:
        assert answer.status == 401
        late.fulfill(response=answer)
    page.unroute("**/api/auth/refresh")
    page.wait_for_timeout(500)
    expect(page.get_by_role("region", name="Recent activity").get_by_text("Signed in").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("region", name="Recent activity").get_by_text("Signed in").first).to_be_visible()
