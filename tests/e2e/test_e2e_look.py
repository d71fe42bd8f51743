"""Every page, light and dark, on a phone and on a desk: nothing that axe objects to, nothing cut off."""

import re
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import Account
from tests.e2e.hands import add, tick

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
STRANGERS = {
    "/": "Tasks that stay",
    "/register": "Create an account",
    "/sign-in": "Sign in",
    "/nowhere": "There is nothing",
}
MEMBERS = {
    "/tasks": "Tasks",
    "/tasks/1": "Task 1",
    "/bin": "Bin",
    "/settings": "Settings",
    "/status": "How the server is doing",
}
WIDTHS = (375, 1440)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def assert_no_violations(page: Page, name: str) -> None:
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def assert_accessible(page: Page, paths: dict[str, str]) -> None:
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for path, heading in paths.items():
                page.goto(path)
                expect(page.get_by_role("heading", name=heading, level=1)).to_be_attached()
                page.wait_for_timeout(100)
                assert_no_violations(page, f"{path} {theme} {width}")


def test_axe_for_strangers(page: Page) -> None:
    assert_accessible(page, STRANGERS)


@pytest.mark.usefixtures("ada")
def test_axe_for_members(page: Page) -> None:
    page.goto("/tasks")
    add(page, "Buy milk", "Pay rent")
    page.get_by_role("checkbox", name="Pay rent").check()
    assert_accessible(page, MEMBERS)


@pytest.mark.usefixtures("ada")
def test_axe_where_the_server_cannot_be_reached(page: Page) -> None:
    page.route("**/api/**", lambda route: route.abort())
    away = {"/tasks": "The server cannot be reached"}
    assert_accessible(page, away)
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert_fits(page, away)


@pytest.mark.parametrize(("system", "chosen", "paper"), [("light", "dark", "0.185"), ("dark", "light", "0.982")])
def test_the_chosen_theme_is_there_before_the_page_is(
    page: Page, system: Literal["light", "dark"], chosen: str, paper: str
) -> None:
    page.emulate_media(color_scheme=system)
    page.goto("/robots.txt")  # where something can be chosen and nothing runs
    page.evaluate("(theme) => localStorage.setItem('todo-settings', JSON.stringify({ theme }))", chosen)
    held: list[Route] = []
    page.route("**/assets/start-*.js", lambda route: held.append(route))
    page.goto("/sign-in", wait_until="commit")
    expect(page.locator("html")).to_have_css("background-color", re.compile(re.escape(f"oklch({paper} ")))
    assert held
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


HEBREW = "שלח לעדה את התמונות מהטיול"
SCREENS = ((320, 800), (375, 800), (640, 400), (768, 800), (1440, 800), (2560, 800))
"""CSS pixels. 640 x 400 is a screen of 1280 x 800 at 200 % zoom."""


def assert_fits(page: Page, paths: dict[str, str]) -> None:
    for path, heading in paths.items():
        page.goto(path)
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_no_page_scrolls_sideways(page: Page, ada: Account, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/tasks")
    add(page, "Buy milk", "W" * 100, HEBREW, "M" * 100)
    ada.has(Buy_milk=False, **{"W" * 100: False, HEBREW: False, "M" * 100: False})
    for number in (3, 4):
        assert ada.call("DELETE", f"/api/v1/tasks/{number}").status == 204
    assert_fits(page, MEMBERS)
    page.goto("/bin")
    expect(page.get_by_role("listitem").filter(has_text="M" * 100)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/tasks")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert page.evaluate("(([one]) => one.scrollWidth <= one.clientWidth)(document.querySelectorAll('dialog'))")
    page.goto("/openapi.json")  # where no page is under way that would remember the person again
    page.context.clear_cookies()
    page.evaluate("localStorage.clear()")
    assert_fits(page, STRANGERS)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("width", [320, 375, 1440])
def test_a_title_from_right_to_left_begins_where_the_others_do(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/tasks")
    add(page, "Buy milk", "תמונות")
    titles = page.get_by_role("listitem").locator("a.title")
    expect(titles).to_have_count(2)  # the server's answer makes a link of each
    edges = titles.evaluate_all(
        """(titles) => titles.map((title) => {
          const range = document.createRange();
          range.selectNodeContents(title);
          return { left: range.getBoundingClientRect().left, direction: getComputedStyle(title).direction };
        })"""
    )
    assert [edge["direction"] for edge in edges] == ["ltr", "rtl"]
    assert abs(edges[0]["left"] - edges[1]["left"]) <= 2


@pytest.mark.parametrize("path", [*MEMBERS, *STRANGERS])
def test_what_is_touched_is_large_enough(browser: Browser, ada: Account, base_url: str, path: str) -> None:
    strangers = path in STRANGERS
    state = None if strangers else ada.page.context.storage_state()
    ada.call("POST", "/api/v1/tasks", {"title": "Buy milk"})
    with browser.new_context(
        base_url=base_url, viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True, storage_state=state
    ) as context:
        page = context.new_page()
        page.goto(path)
        expect(page.get_by_role("heading", name=(STRANGERS | MEMBERS)[path], level=1)).to_be_attached()
        page.wait_for_timeout(500)
        small = page.evaluate(_SMALL)
    assert not small, "\n".join(small)


_SMALL = """() => {
  const size = 44;
  const seen = (element) => element.checkVisibility({ opacityProperty: true }) || element.matches('input');
  const inText = (element) => element.matches('p a, p button');
  return [...document.querySelectorAll('a[href], button, input, select, textarea, label:has(input)')]
    .filter((element) => seen(element) && !inText(element) && !element.matches('.unseen, .unseen *'))
    .map((element) => element.closest('label') ?? element)
    .map((element) => [element.outerHTML.slice(0, 120), element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.width < size || box.height < size))
    .map(([name, box]) => `${name} ${Math.round(box.width)}x${Math.round(box.height)}`);
}"""


def test_a_long_description_leaves_a_short_title_whole(page: Page, ada: Account) -> None:
    ada.call("POST", "/api/v1/tasks", {"title": "Buy milk", "description": "Two litres, the blue one. " * 19})
    page.goto("/tasks")
    title = page.get_by_role("listitem").locator(".title")
    expect(title).to_have_text("Buy milk")
    missing = title.evaluate(
        """(title) => {
          const range = document.createRange();
          range.selectNodeContents(title);
          return range.getBoundingClientRect().width - title.getBoundingClientRect().width;
        }"""
    )
    assert missing <= 0  # the least bit, and the browser cuts the word for an ellipsis


def test_a_notice_of_a_long_title_has_three_whole_lines_and_two_buttons(page: Page, ada: Account) -> None:
    title = "😀" * 100
    ada.call("POST", "/api/v1/tasks", {"title": title})
    page.set_viewport_size({"width": 600, "height": 700})
    page.goto("/tasks")
    tick(page, title).click()
    notice = page.locator(".toast")
    undo, close = (notice.get_by_role("button", name=name).bounding_box() for name in ("Undo", "Dismiss"))
    assert undo
    assert close
    word = notice.get_by_role("button", name="Undo").evaluate("(one) => one.scrollWidth - one.clientWidth")
    assert word <= 0
    assert undo["x"] + undo["width"] <= close["x"]
    lines = notice.locator("p").evaluate("(one) => one.clientHeight / parseFloat(getComputedStyle(one).lineHeight)")
    assert lines == pytest.approx(3, abs=0.05)
