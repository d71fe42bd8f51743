"""`python -m bench.page [--rounds 5]`: half a minute a round. Says what misses its goal, and fails only for the rows."""

import argparse
import os
import sys
from pathlib import Path

from bench.about import surroundings
from bench.page.browser import check_chromium, chromium
from bench.page.deeds import Deeds
from bench.page.report import write
from bench.page.stage import fill, many, serving
from bench.report import RESULTS

_TASKS = 10_000


def main() -> int:
    """Measures and reports. 1 if the page draws too many rows: milliseconds depend on the machine."""
    parser = argparse.ArgumentParser(prog="bench.page", description="How quick the page is in a browser.")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured (5)")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of page.json and page.md")
    options = parser.parse_args()
    check_chromium()
    with serving(1) as (url, (client,)):
        fill(client, many(_TASKS))
        version = "the one inside"
        with chromium() as browser:
            about = surroundings(version, quick=False)
            about |= {"kind": f"{options.rounds} rounds", "browser": f"Chromium {browser.version}, no window"}
            deeds = Deeds(browser, url)
            for number in range(options.rounds):
                deeds.round()
                print(f"  round {number + 1}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
            about["load at the end"] = f"{os.getloadavg()[0]:.1f}, the browser's own included"
    figures = list(deeds.figures.values())
    print(write(figures, _TASKS, about, options.into))
    missed = [figure for figure in figures if figure.reached is False]
    for figure in missed:
        print(f"Missed: {figure.name}, {figure.slower}x: {figure.judged:.1f}, goal {figure.goal:g}", file=sys.stderr)
    return 1 if any(figure.unit == "rows" for figure in missed) else 0


if __name__ == "__main__":
    sys.exit(main())
