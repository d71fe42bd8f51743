"""Debian's Chromium for whoever measures the page or takes its pictures."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.people import PASSWORD, email

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def check_chromium() -> None:
    """Stops here with a sentence where there is none."""
    if not Path(CHROMIUM).exists():
        raise SystemExit("The browser is missing: apt-get install chromium.")


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """A browser without a window, started with `more` arguments."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *more])
        try:
            yield browser
        finally:
            browser.close()


def sign_in(context: BrowserContext, url: str, place: int) -> str:
    """Gives the context the session cookie of the person at this place; returns an access token."""
    answer = context.request.post(f"{url}/api/auth/login", data={"email": email(place), "password": PASSWORD})
    if not answer.ok:
        raise SystemExit(f"Nobody can sign in: {answer.status} {answer.text()}")
    return str(answer.json()["token"]["access_token"])
