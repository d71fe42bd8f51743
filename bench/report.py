"""The results: JSON with everything, Markdown with the tables."""

import json
from dataclasses import asdict
from pathlib import Path

from bench.cells import CELLS, EMPTY, LARGE_CELLS, LOGIN, Cell
from bench.measure import Run, together
from bench.plan import Found

RESULTS = Path(__file__).parent / "results"
_ALL = (*CELLS, *LARGE_CELLS, LOGIN, EMPTY)
_COLUMNS = {
    "transaction": "pgbench, the transaction",
    "statement": "pgbench, the statement",
    "api-2": "2 workers",
    "api-1": "1 worker",
}

Merged = dict[str, dict[str, Run]]


def write(found: Found, about: dict[str, str], memory: dict[str, float], folder: Path = RESULTS) -> str:
    """Writes both files; returns the Markdown."""
    merged = {name: {column: together(runs) for column, runs in columns.items()} for name, columns in found.items()}
    text = "\n".join(
        (
            "# Benchmark",
            "Made by `make bench`; compare figures of one run only.",
            "",
            *(f"- {name}: {value}" for name, value in about.items()),
            "",
            "## Shares of the limits",
            *_shares(merged),
            "",
            "## Everything",
            *_everything(merged),
            "",
            "Resident memory of the largest worker, MB: "
            + ", ".join(f"{when}: {size:.0f}" for when, size in memory.items())
            + ".",
            "",
        )
    )
    folder.mkdir(exist_ok=True)
    (folder / "latest.md").write_text(text)
    cells = {
        name: {column: {**asdict(run), "rate": run.rate} for column, run in columns.items()}
        for name, columns in merged.items()
    }
    whole = {"about": about, "cells": cells, "shares": _share_figures(merged), "memory_mb": memory}
    (folder / "latest.json").write_text(json.dumps(_rounded(whole), indent=1) + "\n")
    return text


def errors(found: Found) -> int:
    """Of all requests and transactions."""
    return sum(run.errors for columns in found.values() for runs in columns.values() for run in runs)


def _shares(merged: Merged) -> list[str]:
    lines = [
        "| share of | the transaction | goal | 1 worker | the statement | bare ASGI | p99 / p50 | slowest, ms | errors |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    figures = _share_figures(merged)
    for cell in _ALL:
        api = merged.get(cell.name, {}).get("api-2")
        if api is None or cell is EMPTY:
            continue
        share = figures[cell.name]
        lines.append(
            f"| {cell.title} | {_figure(share.get('transaction'))} | {_goal(cell, share.get('transaction'))}"
            f" | {_figure(share.get('transaction, 1 worker'))} | {_figure(share.get('statement'))}"
            f" | {_figure(share.get('bare'))} | {api.p99 / api.p50 if api.p50 else 0:.1f} | {api.slowest:.0f}"
            f" | {api.errors} |"
        )
    return lines


def _share_figures(merged: Merged) -> dict[str, dict[str, float]]:
    figures: dict[str, dict[str, float]] = {}
    empty = merged.get(EMPTY.name, {})
    for name, columns in merged.items():
        share = figures.setdefault(name, {})
        for label, api, limit in (
            ("transaction", "api-2", columns.get("transaction")),
            ("transaction, 1 worker", "api-1", columns.get("transaction")),
            ("statement", "api-2", columns.get("statement")),
            ("bare", "api-2", empty.get("api-2") if name in {cell.name for cell in CELLS} else None),
        ):
            if api in columns and limit is not None and limit.rate:
                share[label] = columns[api].rate / limit.rate
    return figures


def _everything(merged: Merged) -> list[str]:
    lines = [
        "Latencies in ms; processor time in µs a request; neighbours: cores that other processes took meanwhile.",
        "",
        "| | | a second | p50 | p95 | p99 | slowest | errors | server µs | PostgreSQL µs | MB | neighbours |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for cell in _ALL:
        for column, label in _COLUMNS.items():
            run = merged.get(cell.name, {}).get(column)
            if run is not None:
                label = "argon2 alone, 2 threads" if cell is LOGIN and column == "statement" else label
                lines.append(f"| {cell.title} | {label} | {_line(run, column)} |")
    return lines


def _line(run: Run, column: str) -> str:
    usage, each = run.usage, 1e6 / max(run.requests, 1)
    served = column.startswith("api")
    parts = (
        f"{run.rate:,.0f}",
        *(f"{value:.3g}" for value in (run.p50, run.p95, run.p99)),
        f"{run.slowest:.0f}",
        str(run.errors),
        f"{usage.server * each:,.0f}" if served else "",
        f"{usage.postgres * each:,.0f}",
        f"{usage.memory_before:.0f} → {usage.memory_after:.0f}" if served else "",
        f"{usage.other / usage.seconds:.2f}" if usage.seconds else "",
    )
    return " | ".join(parts)


def _goal(cell: Cell, share: float | None) -> str:
    if cell.goal is None or share is None:
        return ""
    return f"{'reached' if share >= cell.goal else 'missed'}: {cell.goal:.2f}"


def _figure(share: float | None) -> str:
    return "" if share is None else f"{share:.2f}"


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return round(value, 4) if isinstance(value, float) else value
