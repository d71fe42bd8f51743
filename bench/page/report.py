"""The results: JSON with everything, Markdown with the table."""

import json
from collections.abc import Iterable
from pathlib import Path

from bench.page.figures import Figure, p95

_WORDS = """\
Milliseconds, with {tasks:,} tasks. Slower: how many times slower Chromium made the page's processor. p50 and p95 are of all
samples; then the p95 of the quietest and of the most disturbed round. A goal is judged by the p95 of the median round, and
by the largest count of rows. *Until painted* counts from the key press to the end of the next frame, so that waiting for
that frame, up to 17 ms, is in it. *Until the page changed* ends when scripts are done. *Processor time* is what the page's
main thread took for all of it, paint and measuring included: where the machine is busy with other things, as the load
says, it tells more than the clock."""


def write(figures: Iterable[Figure], tasks: int, about: dict[str, str], folder: Path) -> str:
    """Writes both files; returns the Markdown."""
    every = sorted(figures, key=lambda one: (one.name, one.slower))
    lines = [
        "# How quick the page is",
        "Made by `make bench-page`; compare figures of one run only.",
        "",
        *(f"- {name}: {value}" for name, value in about.items()),
        "",
        _WORDS.format(tasks=tasks),
        "",
        "| what | slower | p50 | p95 | quietest | most disturbed | samples | goal |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_line(figure) for figure in every),
        "",
    ]
    text = "\n".join(lines)
    folder.mkdir(exist_ok=True)
    (folder / "page.md").write_text(text)
    whole = {"about": about, "figures": [_whole(figure) for figure in every]}
    (folder / "page.json").write_text(json.dumps(whole, indent=1) + "\n")
    return text


def _line(figure: Figure) -> str:
    by_round = [p95(one) for one in figure.rounds]
    goal = "" if figure.goal is None else f"{'reached' if figure.reached else 'missed'}: {figure.goal:g}"
    quantiles = (figure.quantile(0.5), figure.quantile(0.95), min(by_round), max(by_round))
    cells = " | ".join(f"{value:.1f}" if figure.unit == "ms" else f"{value:.0f}" for value in quantiles)
    return f"| {figure.name} | {figure.slower}x | {cells} | {sum(map(len, figure.rounds))} | {goal} |"


def _whole(figure: Figure) -> dict[str, object]:
    return {
        "name": figure.name,
        "slower": figure.slower,
        "unit": figure.unit,
        "goal": figure.goal,
        "judged": round(figure.judged, 2),
        "rounds": [[round(sample, 2) for sample in one] for one in figure.rounds],
    }
