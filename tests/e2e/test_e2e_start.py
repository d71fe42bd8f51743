"""A second visit: the beginning of the list is there before the device's disk is open, and can be worked with."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Account
from tests.e2e.hands import add, at_tasks, tick

_HELD = """
  const held = [];
  indexedDB.open = (...told) => {
    const request = {};
    held.push(() => {
      const real = IDBFactory.prototype.open.apply(indexedDB, told);
      for (const name of ['onupgradeneeded', 'onsuccess', 'onerror', 'onblocked']) {
        real[name] = (event) => {
          request.result = real.result;
          request[name]?.(event);
        };
      }
    });
    return request;
  };
  window.release = () => held.splice(0).forEach((open) => open());
"""
_KEPT = (
    "Object.entries(localStorage).filter(([name]) => name.startsWith('todo-glimpse')).map(([, text]) => text).join()"
)


@pytest.fixture(autouse=True)
def _second_visit(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    at_tasks(page)
    add(page, "Buy milk", "Pay rent", "قهوة 🙂")
    ada.has(Buy_milk=False, Pay_rent=False, **{"قهوة 🙂": False})
    page.reload()
    expect(tick(page, "Pay rent")).to_be_visible()
    page.add_init_script(_HELD)
    page.reload()


def test_what_is_done_before_the_disk_is_open_is_done_afterwards(page: Page, ada: Account) -> None:
    expect(tick(page, "قهوة 🙂")).to_be_visible()
    tick(page, "Buy milk").click()
    page.keyboard.press("j")
    page.keyboard.press("Delete")
    add_early = page.get_by_label("New task")
    add_early.fill("Call Grace")
    add_early.press("Enter")
    page.wait_for_timeout(300)
    page.evaluate("release()")
    expect(tick(page, "Pay rent")).to_have_count(0)
    expect(tick(page, "Call Grace")).to_be_visible()
    expect(tick(page, "Buy milk")).to_be_checked()
    ada.has(Buy_milk=True, **{"قهوة 🙂": False, "Call Grace": False})


def test_what_is_done_before_the_disk_is_open_outlives_the_page(page: Page, ada: Account) -> None:
    tick(page, "Buy milk").click()
    tick(page, "Pay rent").focus()
    page.keyboard.press("Delete")
    page.reload()
    expect(tick(page, "Buy milk")).to_be_visible()
    page.evaluate("release()")
    expect(tick(page, "Buy milk")).to_be_checked()
    ada.has(Buy_milk=True, **{"قهوة 🙂": False})


def test_what_is_done_early_is_seen_at_once_and_on_no_other_task(page: Page) -> None:
    tick(page, "Buy milk").click()
    search = page.get_by_label("Search titles and descriptions")
    search.fill("rent")
    expect(tick(page, "Buy milk")).to_have_count(0)
    expect(tick(page, "Pay rent")).not_to_be_checked()
    search.fill("")
    expect(tick(page, "Buy milk")).to_be_checked()
    tick(page, "Pay rent").focus()
    page.keyboard.press("Delete")
    expect(tick(page, "Pay rent")).to_have_count(0)
    expect(page.get_by_role("checkbox")).to_have_count(2)
    page.evaluate("release()")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    expect(tick(page, "Buy milk")).to_be_checked()


def test_a_rename_begins_when_the_task_can_take_it(page: Page, ada: Account) -> None:
    tick(page, "Pay rent").focus()
    page.keyboard.press("e")
    expect(page.get_by_label("New title of “Pay rent”")).to_have_count(0)
    page.evaluate("release()")
    page.get_by_label("New title of “Pay rent”").fill("Pay the rent")
    page.keyboard.press("Enter")
    ada.has(Buy_milk=False, **{"Pay the rent": False, "قهوة 🙂": False})


def test_a_search_of_what_is_seen_becomes_one_of_everything(page: Page) -> None:
    page.get_by_label("Search titles and descriptions").fill("milk")
    expect(tick(page, "Pay rent")).to_have_count(0)
    expect(tick(page, "Buy milk")).to_be_visible()
    page.evaluate("release()")
    expect(page.get_by_role("status").filter(has_text="1 of 3 tasks shown")).to_be_attached()


def test_it_shows_what_was_last_seen_and_goes_with_the_person(page: Page) -> None:
    page.evaluate("release()")
    page.get_by_role("button", name="Delete “Pay rent”").click(force=True)
    expect(tick(page, "Pay rent")).to_have_count(0)
    page.wait_for_timeout(500)
    assert "Pay rent" not in page.evaluate(_KEPT)
    assert "Buy milk" in page.evaluate(_KEPT)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate(_KEPT) == ""


def test_one_that_cannot_be_read_is_none(page: Page) -> None:
    name = "Object.keys(localStorage).find((name) => name.startsWith('todo-glimpse'))"
    page.evaluate(f"localStorage.setItem({name}, '{{')")
    page.reload()
    expect(page.locator("[aria-busy=true]")).to_be_visible()
    page.evaluate("release()")
    expect(tick(page, "Pay rent")).to_be_visible()


def test_a_cache_of_the_first_version_is_read_and_replaced(page: Page, ada: Account) -> None:
    page.evaluate("release()")
    expect(tick(page, "Pay rent")).to_be_visible()
    page.wait_for_timeout(500)
    page.evaluate(_AS_THE_FIRST_VERSION)
    page.add_init_script("indexedDB.open = (...told) => IDBFactory.prototype.open.apply(indexedDB, told)")
    page.route("**/api/auth/refresh", lambda _route: None)
    page.reload()
    expect(page.get_by_role("checkbox")).to_have_count(3)
    page.unroute("**/api/auth/refresh")
    page.reload()
    add(page, "Call Grace")
    ada.has(Buy_milk=False, Pay_rent=False, **{"قهوة 🙂": False, "Call Grace": False})
    expect(page.get_by_role("checkbox")).to_have_count(4)
    page.wait_for_timeout(1500)
    assert page.evaluate(_KEYS) == ["tasks 0000000000000"]


_AS_THE_FIRST_VERSION = """async () => {
  for (const name of Object.keys(localStorage)) if (name.startsWith('todo-glimpse')) localStorage.removeItem(name);
  const [{ name }] = await indexedDB.databases();
  const opening = IDBFactory.prototype.open.call(indexedDB, name);
  await new Promise((done) => (opening.onsuccess = done));
  const database = opening.result;
  const store = database.transaction('kept', 'readwrite').objectStore('kept');
  const reading = store.get('tasks 0000000000000');
  await new Promise((done) => (reading.onsuccess = done));
  store.put({ version: 1, tasks: reading.result.tasks }, 'tasks');
  const removal = store.delete('tasks 0000000000000');
  await new Promise((done) => (removal.onsuccess = done));
  database.close();
}"""
_KEYS = """async () => {
  const [{ name }] = await indexedDB.databases();
  const opening = IDBFactory.prototype.open.call(indexedDB, name);
  await new Promise((done) => (opening.onsuccess = done));
  const reading = opening.result.transaction('kept').objectStore('kept').getAllKeys();
  await new Promise((done) => (reading.onsuccess = done));
  opening.result.close();
  return reading.result.filter((key) => key.startsWith('tasks'));
}"""
