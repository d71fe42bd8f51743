"""Every page, light and dark, on a phone and on a desk: nothing that axe objects to, nothing cut off."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.hands import add

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
STRANGERS = {
    "/": "Tasks that stay",
    "/register": "Create an account",
    "/sign-in": "Sign in",
    "/nowhere": "There is nothing",
}
MEMBERS = {"/tasks": "Tasks", "/tasks/1": "Task 1", "/bin": "Bin", "/settings": "Settings"}
WIDTHS = (375, 1440)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def assert_accessible(page: Page, paths: dict[str, str]) -> None:
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for path, heading in paths.items():
                page.goto(path)
                expect(page.get_by_role("heading", name=heading, level=1)).to_be_attached()
                page.wait_for_timeout(100)
                found = Axe().run(page, options=RULES)
                assert found.violations_count == 0, f"{path} {theme} {width}: {found.generate_report()}"


def test_axe_for_strangers(page: Page) -> None:
    assert_accessible(page, STRANGERS)


@pytest.mark.usefixtures("ada")
def test_axe_for_members(page: Page) -> None:
    page.goto("/tasks")
    add(page, "Buy milk", "Pay rent")
    page.get_by_role("checkbox", name="Pay rent").check()
    assert_accessible(page, MEMBERS)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("width", [320, 375, 768, 1440, 2560])
def test_no_page_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/tasks")
    add(page, "Buy milk", "W" * 100)
    for path, heading in MEMBERS.items():
        page.goto(path)
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
