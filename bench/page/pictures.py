"""`make pictures`: the pictures of docs/images, the same ones each time.

In a folder of its own the server begins with nothing, and times are written over. Fonts are the machine's: with
Debian's fonts-inter and fonts-noto-color-emoji they look as those in the repository do.
"""

import base64
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from bench.page.browser import check_chromium, chromium, sign_in
from bench.page.poses import as_it_comes, away, typed, without_devices
from bench.page.sample import DELETED, TITLES
from bench.page.stage import fill, serving
from bench.page.status_pictures import take_status

IMAGES = Path(__file__).parents[2] / "docs" / "images"
_MOST = 1_500_000
"""Bytes of all pictures together."""
_QUALITY = 82
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match><edit name="family" mode="prepend" binding="weak"><string>Inter</string></edit></match>
  <alias binding="strong"><family>sans</family><prefer><family>Inter</family></prefer></alias>
  <alias binding="strong"><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
  <cachedir>{folder}</cachedir>
</fontconfig>
"""
_DESK, _PHONE = (1120, 760), (390, 760)
Theme = Literal["light", "dark"]


def main() -> int:
    """Takes them all; 1 if they weigh too much."""
    check_chromium()
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="todo-pictures-") as folder,
        serving(2) as (url, (client, _newcomer)),
    ):
        client.patch("/api/auth/me", json={"name": "Ada Lovelace"}).raise_for_status()
        fill(client, [{"title": title, "description": text, "completed": done} for title, text, done in TITLES])
        first = len(TITLES) + 1
        fill(client, [{"title": title} for title in DELETED])
        for number in range(first, first + len(DELETED)):
            client.delete(f"/api/v1/tasks/{number}").raise_for_status()
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(_FONTS.format(folder=folder))
        os.environ["FONTCONFIG_FILE"] = str(fonts)
        with chromium("--font-render-hinting=none") as browser:
            for theme in ("dark", "light"):
                _album(browser, url, theme)
            take_status(browser, IMAGES)
    size = sum(picture.stat().st_size for picture in IMAGES.glob("*.webp"))
    print(f"{IMAGES}: {size / 1000:,.0f} kB")
    return 1 if size > _MOST else 0


def _album(browser: Browser, url: str, theme: Theme) -> None:
    """Every page in one theme; dialogs in the light one alone, and last what changes a task."""

    def take(
        name: str,
        path: str,
        prepare: Callable[[Page], None] = as_it_comes,
        *,
        narrow: bool = False,
        who: int | None = 0,
    ) -> None:
        width, height = _PHONE if narrow else _DESK
        context = browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=2 if narrow else 1,
            is_mobile=narrow,
            has_touch=narrow,
            color_scheme=theme,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
        )
        with context:
            if who is not None:
                sign_in(context, url, who)
            page = context.new_page()
            page.goto(url + path)
            expect(page.locator("h1")).to_be_attached()
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
            page.wait_for_timeout(500)
            prepare(page)
            page.evaluate(_WHEN)
            page.wait_for_timeout(200)
            # Playwright itself writes PNG and JPEG only, which weigh three times as much.
            found = context.new_cdp_session(page).send(
                "Page.captureScreenshot", {"format": "webp", "quality": _QUALITY}
            )
            (IMAGES / f"{name}-{theme}.webp").write_bytes(base64.b64decode(found["data"]))

    take("tasks", "/tasks")
    take("tasks-phone", "/tasks", narrow=True)
    take("task", "/tasks/2")
    take("landing", "/", who=None)
    if theme == "light":
        take("bin", "/bin")
        take("settings", "/settings", without_devices)
        take("sign-in", "/sign-in", who=None)
        take("register", "/register", who=None)
        take("missing", "/nowhere", who=None)
        take("unreachable", "/", away, who=None)
        take("empty", "/tasks", who=1)
        take("palette", "/tasks", lambda page: typed(page, "Control+k", "book"))
        take("help", "/tasks", lambda page: typed(page, "?", ""))
        take("undo", "/tasks", lambda page: typed(page, "j", "jx"))


_WHEN = "document.querySelectorAll('time').forEach((time) => (time.textContent = '2 days ago'))"
"""How long ago something was depends on how quick the machine is."""

if __name__ == "__main__":
    sys.exit(main())
