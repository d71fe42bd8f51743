"""What a person does, in rounds, so that what disturbs the machine for a while disturbs everything alike."""

from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.page import probe
from bench.page.browser import sign_in
from bench.page.figures import Figure

_TYPED = "sweep the orchard part 1"
_TIMES = 8
_VISITS = 4
_PAUSE = 60
"""Milliseconds between keys: a quick typist's."""
_REST = 250
"""Milliseconds after a change, in which it is sent and answered."""
_SLOWER = (1, 4)


class Deeds:
    """All figures, and the browser they are measured in."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="UTC")
        sign_in(self.context, url, 0)
        self.figures: dict[tuple[str, int], Figure] = {}

    def round(self) -> None:
        """Everything once, without and with throttling."""
        for slower in _SLOWER:
            page, keys = self._open(slower)
            self._filter(page, keys, slower)
            self._change(page, keys, slower)
            self._scroll(page, slower)
            page.close()
            starts = [self._start(slower) for _ in range(_VISITS)]
            goal = 150 if slower == 1 else None
            self._note("start from the cache, until the first row is painted", slower, goal, [one for one, _ in starts])
            self._note("start from the cache, until all tasks are there", slower, None, [one for _, one in starts])

    def _open(self, slower: int) -> tuple[Page, probe.Keys]:
        page = _page(self.context)
        page.goto(f"{self.url}/tasks")
        expect(page.locator("[data-key]").first).to_be_visible()
        page.wait_for_timeout(1_500)  # the list has come from the server, and the cache is written
        session = self.context.new_cdp_session(page)
        probe.throttle(session, slower)
        return page, probe.Keys(page, session)

    def _filter(self, page: Page, keys: probe.Keys, slower: int) -> None:
        page.keyboard.press("/")
        costs = []
        for key in [*_TYPED.replace(" ", "\0"), *["Backspace"] * len(_TYPED)]:
            costs.append(keys.press("Space" if key == "\0" else key, must_change=False))
            page.wait_for_timeout(_PAUSE)
        page.keyboard.press("Escape")
        goal = 16 if slower == 1 else None
        self._note("filter, a keystroke until the page changed", slower, goal, [cost.changed for cost in costs])
        self._note("filter, a keystroke until painted", slower, None, [cost.painted for cost in costs])
        self._note("filter, a keystroke, processor time", slower, None, [cost.busy for cost in costs])

    def _change(self, page: Page, keys: probe.Keys, slower: int) -> None:
        found: dict[str, list[probe.Cost]] = {"add": [], "toggle": [], "delete": []}

        def press(name: str, key: str) -> None:
            found[name].append(keys.press(key))
            page.wait_for_timeout(_REST)

        for number in range(_TIMES):
            page.keyboard.press("n")
            page.keyboard.insert_text(f"Measured {number}")
            press("add", "Enter")
            page.keyboard.press("Escape")
            page.keyboard.press("j")
            press("toggle", "x")
            press("toggle", "x")
            page.keyboard.press("j")
            press("delete", "Delete")
        for name, costs in found.items():
            self._note(f"{name}, until painted", slower, 50, [cost.painted for cost in costs])
            self._note(f"{name}, processor time", slower, None, [cost.busy for cost in costs])

    def _scroll(self, page: Page, slower: int) -> None:
        counts = []
        for _ in range(20):
            page.mouse.wheel(0, 3_000)
            page.wait_for_timeout(50)
            counts.append(float(page.locator("[data-key]").count()))
        self._note("rows in the page while scrolling", slower, 59, counts, "rows")

    def _start(self, slower: int) -> tuple[float, float]:
        """A second visit; the server's answers to calls are held back until the tasks are there."""
        page = _page(self.context)
        session = self.context.new_cdp_session(page)
        probe.throttle(session, slower)
        # Not by page.route: that would switch the browser's cache off.
        session.send("Fetch.enable", {"patterns": [{"urlPattern": "*/api/*"}]})
        page.goto(f"{self.url}/tasks", wait_until="commit")
        found = probe.start(page)
        page.close()
        return found

    def _note(self, name: str, slower: int, goal: float | None, samples: list[float], unit: str = "ms") -> None:
        figure = self.figures.setdefault((name, slower), Figure(name, slower, goal, unit))
        figure.rounds.append(samples)


def _page(context: BrowserContext) -> Page:
    page = context.new_page()
    probe.install(page)
    return page
