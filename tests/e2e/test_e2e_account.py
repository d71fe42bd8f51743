"""Coming, going, and being sent away."""

import re
from dataclasses import replace

from playwright.sync_api import Page, expect

from tests.conftest import PASSWORD
from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, register, sign_in, tick


def test_a_new_person_signs_up_and_has_an_empty_list(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Create an account").click()
    expect(page).to_have_url(re.compile("/register$"))
    register(page, email)
    expect(page).to_have_url(re.compile("/tasks$"))
    expect(page.get_by_role("heading", name="Nothing to do yet")).to_be_visible()


def test_the_servers_own_sentences_are_shown(page: Page, ada: Account) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    sign_in(page, ada.email, "not the password")
    expect(page.get_by_role("alert").filter(has_text="The e-mail address or the password is wrong.")).to_be_visible()
    assert page.get_by_label("E-mail address").input_value() == ada.email
    page.goto("/register")
    page.get_by_label("E-mail address").fill(ada.email)
    page.get_by_label("Password", exact=True).fill("password")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text(re.compile("common|guess"))).to_be_visible()


def test_strangers_are_sent_to_sign_in_and_back_to_where_they_were_going(page: Page, ada: Account) -> None:
    page.context.clear_cookies()
    page.goto("/bin")
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page, ada.email)
    expect(page).to_have_url(re.compile("/bin$"))
    expect(page.get_by_role("heading", name="Bin", level=1)).to_be_visible()


def test_signing_out_leaves_nothing_behind(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    add(page, "A secret")
    ada.has(A_secret=False)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    expect(page.get_by_text("A secret")).to_have_count(0)
    expect(page).to_have_url(re.compile("/sign-in$"))
    page.goto("/tasks")
    expect(page).to_have_url(re.compile("/sign-in"))
    assert "A secret" not in page.evaluate(_EVERYTHING_STORED)
    sign_in(page, ada.email)
    at_tasks(page)
    expect(tick(page, "A secret")).to_be_visible()


def test_a_session_that_was_ended_elsewhere_leads_to_sign_in(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    add(page, "Buy milk")
    ada.has(Buy_milk=False)
    answer = page.context.request.post("/api/auth/login", data={"email": ada.email, "password": PASSWORD})
    elsewhere = replace(ada, token=answer.json()["token"]["access_token"])
    new = {"current_password": PASSWORD, "new_password": "another garden in November"}
    assert elsewhere.call("POST", "/api/auth/password", new).status == 204
    page.context.clear_cookies()
    page.get_by_label("New task").fill("Typed before it ended")
    page.get_by_label("New task").press("Enter")
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page, ada.email, "another garden in November")
    expect(tick(page, "Typed before it ended")).to_be_visible()


def test_an_unknown_address_says_so(page: Page) -> None:
    answer = page.goto("/nowhere")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()


_EVERYTHING_STORED = """async () => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done, fail) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => done(opening.result);
      opening.onerror = fail;
    });
    for (const store of database.objectStoreNames) {
      const all = await new Promise((done) => {
        const reading = database.transaction(store).objectStore(store).getAll();
        reading.onsuccess = () => done(reading.result);
      });
      found.push(JSON.stringify(all));
    }
    database.close();
  }
  return found.join();
}"""
