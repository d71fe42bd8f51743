"""What is done with a page before its picture is taken."""

from urllib.parse import urljoin

from playwright.sync_api import Page, expect


def as_it_comes(_page: Page) -> None:
    """As it comes."""


def away(page: Page) -> None:
    """Without a server: nobody whom this browser remembers asks for their tasks."""
    page.route("**/api/**", lambda route: route.abort())
    page.goto(urljoin(page.url, "/tasks"))
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()


def typed(page: Page, first: str, then: str) -> None:
    page.keyboard.press(first)
    page.wait_for_timeout(500)
    page.keyboard.type(then, delay=50)


def without_devices(page: Page) -> None:
    """How many sessions there are depends on the pictures before."""
    page.locator("section", has_text="Where you are signed in").evaluate("(one) => (one.hidden = true)")
