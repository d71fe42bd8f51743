"""The results: JSON with everything, Markdown with the tables, and the picture."""

import json
from dataclasses import asdict
from pathlib import Path

from bench.scale import tables
from bench.scale.figures import cost, figures, growth
from bench.scale.growth import API
from bench.scale.picture import picture
from bench.scale.sizes import Scale
from bench.scale.stage import Found

_BY_SIZE = """\
## With the size of the database
{count} people with {tasks:,} tasks each, by how many tasks the database holds. First µs of processor time of server and
PostgreSQL a request, with 2 workers and 100 connections; then p50 in ms of the same transaction in PostgreSQL alone
(pgbench, 20 clients), and its processor time. The goal, at most {goal} times, is judged by the first. Times: the largest
database beside the smallest in the same round; the median of the rounds."""
_ANYBODY = """\
## With the people who come along
The same in PostgreSQL alone, as everybody with {tasks:,} tasks or more in turn. A larger database has more of them, so
that what is read at any time grows with it, in the end beyond PostgreSQL's own memory. There is no goal for it."""
_PERSONS = """\
## With the tasks of one person
One request at a time, in the database of {size:,} tasks: p50, and processor time of server and PostgreSQL."""
_EVERYTHING = """\
## Everything
Medians of the rounds, slowest and errors of all of them. Latencies in ms; processor time in µs a request; neighbours:
cores that other processes took meanwhile."""


def write(found: Found, scale: Scale, about: dict[str, str], notes: dict[str, str], folder: Path) -> str:
    """Writes the three files; returns the Markdown. `notes` are the sentences on processes and on the pooler."""
    sizes = [str(size) for size in scale.sizes]
    count, tasks = scale.crowd
    text = "\n".join(
        (
            "# How cost grows",
            "Made by `make bench-scale`; compare figures of one run only.",
            "",
            *(f"- {name}: {value}" for name, value in about.items()),
            "",
            "![How cost grows with the database, and with the tasks of a person](scale.svg)",
            "",
            *_section(_BY_SIZE.format(count=count, tasks=tasks, goal=tables.GOAL), tables.by_size(found, sizes)),
            *_section(_ANYBODY.format(tasks=tasks), tables.anybody(found, sizes)),
            *_section(_PERSONS.format(size=scale.sizes[-1]), tables.persons(found)),
            *_section(f"## Two processes\n{notes['processes']}", tables.processes(found)),
            *_section(f"## Through PgBouncer\n{notes['pooler']}", tables.pooler(found)),
            *_section(_EVERYTHING, tables.everything(found)),
        )
    )
    folder.mkdir(exist_ok=True)
    (folder / "scale.md").write_text(text)
    (folder / "scale.svg").write_text(picture(found, sizes))
    whole = {"about": about | notes, "growth": _grown(found, sizes), "medians": _medians(found)}
    (folder / "scale.json").write_text(json.dumps(whole, indent=1) + "\n")
    return text


def _grown(found: Found, sizes: list[str]) -> dict[str, float]:
    ratios = {name: growth(columns, sizes, cost) for name, columns in found.get(API, {}).items()}
    return {name: round(ratio, 3) for name, ratio in ratios.items() if ratio is not None}


def _medians(found: Found) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    return {
        part: {
            name: {
                column: {figure: round(value, 3) for figure, value in asdict(figures(runs)).items()}
                for column, runs in columns.items()
            }
            for name, columns in asked.items()
        }
        for part, asked in found.items()
    }


def _section(text: str, table: list[str]) -> list[str]:
    return [text, "", *table, ""]
