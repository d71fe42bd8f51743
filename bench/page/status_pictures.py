"""The pictures of /status, whole: of a server that has seen a backup, a drill and some minutes of use."""

import base64
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, expect

from bench.page.browser import sign_in
from bench.page.sample import TITLES
from bench.page.stage import fill
from bench.people import register
from bench.server import PROGRAMS, environment, todo_server

_WIDTH, _QUALITY = 1120, 82
_USE = 180.0
"""Seconds of requests before the pictures; a drill and a backup come first."""


def take_status(browser: Browser, images: Path) -> None:
    """Writes `status-light.webp` and `status-dark.webp`. What is seen there is what happened."""
    with tempfile.TemporaryDirectory(prefix="todo-status-") as name:
        folder = Path(name)
        with todo_server(folder, 2, TODO_DATA_DIR=str(folder / "data")) as (url, _pid):
            ada = register(url, 1)[0]
            with httpx.Client(base_url=url, timeout=60, headers={"Authorization": f"Bearer {ada.token}"}) as client:
                who = client.get("/api/auth/me").json()["user"]["id"]
                fill(client, [{"title": title, "description": text, "completed": done} for title, text, done in TITLES])
                _administer(folder, "users", "make-admin", who)
                _administer(folder, "backup", "drill", "--kind", "kill", "--kind", "lost", "--tasks", "2000")
                _administer(folder, "backup", "create", "--physical")
                _use(client)
            for theme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": _WIDTH, "height": 760},
                    color_scheme="dark" if theme == "dark" else "light",
                    reduced_motion="reduce",
                    locale="en-GB",
                    timezone_id="UTC",
                )
                with context:
                    sign_in(context, url, 0)
                    page = context.new_page()
                    page.goto(f"{url}/status")
                    expect(page.locator("h1")).to_be_attached()
                    expect(page.locator("[aria-busy=true]")).to_have_count(0)
                    page.wait_for_timeout(1_000)
                    tall = int(page.evaluate("document.documentElement.scrollHeight"))
                    page.set_viewport_size({"width": _WIDTH, "height": tall})
                    page.wait_for_timeout(500)
                    picture = {"format": "webp", "quality": _QUALITY}
                    found = context.new_cdp_session(page).send("Page.captureScreenshot", picture)
                    (images / f"status-{theme}.webp").write_bytes(base64.b64decode(found["data"]))


def _administer(folder: Path, *words: str) -> None:
    command = [str(PROGRAMS / "todo-server"), *words, "--data-dir", str(folder / "data")]
    subprocess.run(command, env=environment(), check=True, stdout=subprocess.DEVNULL)


def _use(client: httpx.Client) -> None:
    end = time.monotonic() + _USE
    while (rest := end - time.monotonic()) > 0:
        for _ in range(1 + int(rest) % 9):
            client.get("/api/v1/tasks").raise_for_status()
        client.patch("/api/v1/tasks/1", json={"completed": int(rest) % 2 == 0}).raise_for_status()
        time.sleep(0.2)
