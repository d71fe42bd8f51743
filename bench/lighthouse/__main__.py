"""`python -m bench.lighthouse [--times 1]`: every page with Lighthouse's mobile preset; two minutes a time."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

from bench.about import surroundings
from bench.page.browser import ARGUMENTS, CHROMIUM, check_chromium, sign_in
from bench.page.stage import fill, many, serving
from bench.report import RESULTS

_HERE = Path(__file__).parent
_WITH_NODE = _HERE.parents[1] / "bin" / "with-node"
_GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
_FEW, _MANY = 0, 1
"""The places of the person with 10 tasks and of the one with 1,000."""
_PAGES: tuple[tuple[str, str, int | None], ...] = (
    ("landing", "/", None),
    ("sign in", "/sign-in", None),
    ("10 tasks", "/tasks", _FEW),
    ("1,000 tasks", "/tasks", _MANY),
    ("one task", "/tasks/1", _FEW),
    ("bin", "/bin", _FEW),
    ("settings", "/settings", _FEW),
)

Scores = dict[str, list[int]]


def main() -> int:
    """Prints and writes the scores. 1 if one misses its goal."""
    parser = argparse.ArgumentParser(prog="bench.lighthouse", description="Lighthouse's four scores of every page.")
    parser.add_argument("--times", type=int, default=1, help="how often; the median counts (1)")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of lighthouse.md")
    options = parser.parse_args()
    check_chromium()
    found: dict[str, Scores] = {}
    lost: set[str] = set()
    with serving(2) as (url, clients):
        fill(clients[_FEW], many(11))
        clients[_FEW].delete("/api/v1/tasks/11").raise_for_status()  # so that something is in the bin
        fill(clients[_MANY], many(1_000))
        for name, path, who in _PAGES:
            found[name] = {category: [] for category in _GOALS}
            for _ in range(options.times):
                report = _look(url, path, who) or _look(url, path, who)
                if report is None:
                    raise SystemExit(f"Lighthouse lost its trace of {name} twice: run it again.")
                lost |= _take(report, name, found[name])
    text = _report(found, lost, options.times)
    (options.into / "lighthouse.md").write_text(text)
    print(text)
    low = [name for name, scores in found.items() if any(_median(scores[one]) < goal for one, goal in _GOALS.items())]
    return 1 if low else 0


def _look(url: str, path: str, who: int | None) -> dict[str, Any] | None:
    """Lighthouse's report on a page; nothing where it lost its own trace, which it says of one in twenty."""
    with tempfile.TemporaryDirectory(prefix="todo-lighthouse-") as profile:
        if who is not None:
            with _with_profile(profile) as context:
                sign_in(context, url, who)
        flags = " ".join((*ARGUMENTS, "--headless=new", f"--user-data-dir={profile}"))
        command = [str(_WITH_NODE), "node", str(_HERE / "node_modules" / "lighthouse" / "cli" / "index.js"), url + path]
        command += [f"--chrome-flags={flags}", "--disable-storage-reset", "--output=json", "--quiet"]
        variables = os.environ | {"CHROME_PATH": CHROMIUM}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    if "(NO_NAVSTART)" in done.stderr:
        return None
    if done.returncode:
        raise SystemExit(f"Lighthouse failed: {done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    if report["finalDisplayedUrl"] != url + path:
        raise SystemExit(f"Not {path} was measured, but {report['finalDisplayedUrl']}.")
    return report


@contextmanager
def _with_profile(profile: str) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(profile, executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield context
        finally:
            context.close()


def _take(report: dict[str, Any], name: str, scores: Scores) -> set[str]:
    """Adds the four scores; returns a line for each audit that cost points."""
    lost = set()
    for category in _GOALS:
        whole = report["categories"][category]
        scores[category].append(round(whole["score"] * 100))
        for part in whole["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 1:
                lost.add(f"{name}, {category}: {audit['title']} ({audit['score']:.2f} {audit.get('displayValue', '')})")
    print(f"  {name}: {scores}", file=sys.stderr, flush=True)
    return lost


def _report(found: dict[str, Scores], lost: set[str], times: int) -> str:
    about = surroundings("the one inside", quick=False)
    version = json.loads((_HERE / "package.json").read_text())["devDependencies"]["lighthouse"]
    return "\n".join(
        (
            "# Lighthouse",
            f"Made by `make lighthouse`: Lighthouse {version}, mobile preset (slow 4G, processor 4 times slower, simulated),",
            f"signed in by a real session where a page needs it; {times} times a page, the median counts.",
            "",
            *(f"- {name}: {about[name]}" for name in ("date", "revision", "machine")),
            "",
            f"| page | {' | '.join(f'{name} (goal {goal})' for name, goal in _GOALS.items())} |",
            "| --- | --- | --- | --- | --- |",
            *(
                f"| {name} | {' | '.join(str(_median(scores[one])) for one in _GOALS)} |"
                for name, scores in found.items()
            ),
            "",
            "What cost points in some run:" if lost else "Nothing cost points.",
            *(f"- {line}" for line in sorted(lost)),
            "",
        )
    )


def _median(scores: list[int]) -> int:
    return round(statistics.median(scores))


if __name__ == "__main__":
    sys.exit(main())
