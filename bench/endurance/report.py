"""The results: JSON with every look, Markdown with the tables."""

import json
from dataclasses import asdict
from pathlib import Path

from bench.endurance.phase import Phase
from bench.endurance.tally import Latencies
from bench.endurance.timeline import HEADINGS, row
from bench.endurance.verdict import LIMITS, judge

_SHARES = (0.5, 0.95, 0.99)


def write(phases: list[Phase], about: dict[str, str], folder: Path) -> str:
    """Writes load.json and load.md; returns the Markdown."""
    lines = ["# Load", "Made by `make load`.", "", *(f"- {name}: {value}" for name, value in about.items())]
    for phase in phases:
        lines += _phase(phase)
    text = "\n".join((*lines, ""))
    folder.mkdir(exist_ok=True)
    (folder / "load.md").write_text(text)
    whole = {"about": about, "phases": {phase.plan.title: _figures(phase) for phase in phases}}
    (folder / "load.json").write_text(json.dumps(whole) + "\n")
    return text


def _phase(phase: Phase) -> list[str]:
    tally = phase.tally
    return [
        "",
        f"## {phase.plan.title.capitalize()}",
        _cost(phase),
        *(f"- **{count} x {reason}**" for reason, count in tally.errors.most_common(20)),
        "",
        "| | found | allowed | |",
        "| --- | --- | --- | --- |",
        *(
            f"| {one.name} | {one.found} | {one.allowed} | {'holds' if one.holds else '**does not hold**'} |"
            for one in judge(phase)
        ),
        "",
        "Latencies in ms:",
        "",
        "| | requests | p50 | p95 | p99 | slowest | limit |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {kind} | {found.total:,} | {_quantiles(found)} | {found.slowest:.0f} | {LIMITS.get(kind, '')} |"
            for kind, found in sorted(tally.kinds.items())
        ),
        "",
        "Over time; latencies in ms, memory of each of the server's processes and of the largest of PostgreSQL's:",
        "",
        f"| {' | '.join(HEADINGS)} |",
        "| --- " * len(HEADINGS) + "|",
        *(f"| {' | '.join(row(tally, phase.samples, number))} |" for number in sorted(tally.minutes)),
    ]


def _cost(phase: Phase) -> str:
    requests, usage = phase.tally.requests, phase.usage
    server, postgres, client = (1e6 * spent / requests for spent in (usage.server, usage.postgres, phase.client))
    return (
        f"{requests:,} requests in {phase.seconds / 60:.1f} minutes, {requests / phase.seconds:,.0f} a second;"
        f" {phase.tally.read_back:,} writes read back. Processor time a request: server {server:.0f} µs, PostgreSQL"
        f" {postgres:.0f} µs, client {client:.0f} µs; neighbours took {usage.other / usage.seconds:.2f} cores."
    )


def _quantiles(found: Latencies) -> str:
    return " | ".join(f"{found.quantile(share):.1f}" for share in _SHARES)


def _figures(phase: Phase) -> dict[str, object]:
    return {
        "seconds": round(phase.seconds, 1),
        "requests": phase.tally.requests,
        "errors": phase.tally.errors,
        "read_back": phase.tally.read_back,
        "processor_seconds": {
            "server": phase.usage.server,
            "postgres": phase.usage.postgres,
            "client": phase.client,
            "neighbours": phase.usage.other,
        },
        "findings": [asdict(one) for one in judge(phase)],
        "latencies_ms": {
            kind: {
                "requests": found.total,
                **{f"p{share * 100:.0f}": round(found.quantile(share), 1) for share in _SHARES},
                "slowest": round(found.slowest, 1),
            }
            for kind, found in phase.tally.kinds.items()
        },
        "samples": [asdict(sample) for sample in phase.samples],
    }
