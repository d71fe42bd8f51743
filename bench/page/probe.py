"""What is measured inside of the page.

A key press counts from the moment when the browser got it (`event.timeStamp`). *Page changed* is the first task of the event
loop after it, when scripts are done and the elements are changed; *painted* is the first one after the next frame, when
layout and paint are done on the main thread. What the screen needs from there is not ours.
"""

from typing import NamedTuple

from playwright.sync_api import CDPSession, Page

_PROBE = """
(() => {
  const soon = (work) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = work;
    port2.postMessage(null);
  };
  const painted = (work) => requestAnimationFrame(() => soon(work));
  let changed = false;
  window.probe = { pressed: null };
  const awaited = new Map();
  const seen = (name, what) => (probe[name] = new Promise((resolve) => awaited.set(what, resolve)));
  seen('started', '[data-key]');
  seen('complete', 'nav .count');
  const look = () => {
    changed = true;
    for (const [what, resolve] of awaited) {
      if (!document.querySelector(what)) continue;
      awaited.delete(what);
      painted(() => resolve(performance.now()));
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener('keydown', (event) => {
    changed = false;
    probe.pressed = new Promise((resolve) => {
      let done = 0;
      soon(() => (done = performance.now() - event.timeStamp));
      painted(() => resolve([done, performance.now() - event.timeStamp, changed]));
    });
  }, { capture: true });
})();
"""


class Cost(NamedTuple):
    """Of one key press, in ms."""

    changed: float
    painted: float
    busy: float
    """Processor time of the page's main thread, which neighbours on the machine do not lengthen."""


def install(page: Page) -> None:
    """Before the page is opened."""
    page.add_init_script(_PROBE)


class Keys:
    """Presses keys in a page, and measures what each costs."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._session = session
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def press(self, key: str, *, must_change: bool = True) -> Cost:
        """A letter more of a search may find the same tasks: then nothing changes."""
        before = self._busy()
        self._page.keyboard.press(key)
        done, painted, changed = self._page.evaluate("probe.pressed")
        if must_change and not changed:
            raise SystemExit(f"{key} changed nothing in the page.")
        return Cost(float(done), float(painted), self._busy() - before)

    def _busy(self) -> float:
        """Milliseconds of processor time that the page's main thread has taken."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration") * 1000


def start(page: Page) -> tuple[float, float]:
    """Milliseconds from the beginning of the visit until the first task was painted, and until all were counted."""
    first, every = page.evaluate("Promise.all([probe.started, probe.complete])")
    return float(first), float(every)


def throttle(session: CDPSession, rate: int) -> None:
    """Makes the page's processor so many times slower."""
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
