"""The status page: for admins only, its charts go on while it is looked at, and it says so when there is no answer."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.conftest import Server
from tests.e2e.conftest import Account
from tests.e2e.test_e2e_look import SCREENS, THEMES, assert_no_violations
from tests.server.processes import command

STATUS = re.compile("/api/v1/status$")


def make_admin(server: Server, email: str) -> None:
    beside: dict[str, Any] = dict(server.beside)
    assert command("users", "make-admin", email, "--data-dir", server.data_dir, **beside)[0] == 0


def test_who_is_no_admin_is_told_how_to_become_one(page: Page, ada: Account) -> None:
    page.goto("/tasks")
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name="Tasks")).to_be_visible()
    expect(page.locator('a[href="/status"]')).to_have_count(0)
    page.goto("/status")
    expect(page.get_by_role("heading", name="This is for the operator")).to_be_visible()
    expect(page.get_by_text("make-admin")).to_be_visible()
    assert ada.email not in page.locator("main").inner_text()


def test_an_admin_sees_charts_that_go_on(page: Page, ada: Account, server: Server) -> None:
    make_admin(server, ada.email)
    page.goto("/status")
    chart = page.get_by_role("img", name=re.compile("Requests, the last hour"))
    # The first two samples are there after twenty seconds; the page asks every ten.
    expect(chart).to_be_visible(timeout=60_000)
    expect(page.get_by_role("img")).to_have_count(6)
    with page.expect_response(STATUS, timeout=30_000):
        pass
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_timeout(100)  # colours have gone over
        assert_no_violations(page, f"status {theme}")
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    main = page.locator("main").inner_text()
    assert ada.email not in main
    # A server makes its first backup by itself, so that it depends on its age which sentence is the true one.
    with page.expect_response(STATUS) as answered:
        page.reload()
    known = answered.value.json()["backups"]["verified_at"] is not None
    sentence = "The newest verified backup was made" if known else "No verified backup is known to this server."
    expect(page.get_by_text(sentence)).to_be_visible()


def test_no_answer_is_said_and_what_was_seen_stays(page: Page, ada: Account, server: Server) -> None:
    make_admin(server, ada.email)
    page.goto("/status")
    expect(page.get_by_text("Room on the disk")).to_be_visible()
    page.route(STATUS, lambda route: route.abort())
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached", timeout=30_000)
    expect(page.get_by_text("Room on the disk")).to_be_visible()
    page.unroute(STATUS)
    expect(page.get_by_role("alert")).to_have_count(0, timeout=30_000)
