"""What a person does on the page, by the names that they see or hear."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.conftest import PASSWORD


def register(page: Page, email: str) -> None:
    page.goto("/register")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    at_tasks(page)


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def at_tasks(page: Page) -> None:
    expect(page.get_by_role("heading", name="Tasks", level=1)).to_be_visible()


def add(page: Page, *titles: str) -> None:
    for title in titles:
        page.get_by_label("New task").fill(title)
        page.get_by_label("New task").press("Enter")
        expect(tick(page, title)).to_be_visible()


def tick(page: Page, title: str) -> Locator:
    """The checkbox of the task."""
    return page.get_by_role("checkbox", name=title, exact=True)


def rename(page: Page, title: str, new: str) -> None:
    page.get_by_role("listitem").filter(has_text=title).hover()
    page.get_by_role("button", name=f"Rename “{title}”").click()
    page.get_by_label(f"New title of “{title}”").fill(new)
    page.get_by_label(f"New title of “{title}”").press("Enter")
    expect(tick(page, new)).to_be_visible()


def clear_done(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Clear .* done$")).click()


def paste(page: Page, text: str) -> None:
    """Into what has the focus."""
    page.evaluate(
        """(text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', text);
          document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )
