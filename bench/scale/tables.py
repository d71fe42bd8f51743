"""The tables of the report, in Markdown. What the time did not suffice for stays empty."""

from collections.abc import Callable

from bench.cells import CELLS
from bench.measure import Run
from bench.scale.figures import cost, figures, growth, middle, p50, p99, postgres_cost, rate
from bench.scale.growth import ALONE, ANYBODY, API, JUDGED
from bench.scale.persons import PERSONS
from bench.scale.pooler import DIRECT, POOLED, POOLER, UNPREPARED
from bench.scale.processes import ONE, PROCESSES, TWO
from bench.scale.stage import Found

GOAL = 1.2
"""Times that a request may cost in the largest database what it costs in the smallest."""
TITLES = {cell.name: cell.title for cell in CELLS} | {"search": "search"}
_EVERYTHING = (*("a second", "p50", "p95", "p99", "slowest", "errors", "server µs", "PostgreSQL µs", "neighbours"),)

Columns = dict[str, list[Run]]
Value = Callable[[Run], float]


def by_size(found: Found, sizes: list[str]) -> list[str]:
    """Over HTTP, with the goal, and beside it the same transaction in PostgreSQL alone."""
    heads = ["", *_spelled(sizes), "times", "goal", *_spelled(sizes), "times", "times, µs"]
    rows = []
    for name, columns in found.get(API, {}).items():
        alone = found.get(ALONE, {}).get(name, {})
        times = growth(columns, sizes, cost)
        rows.append(
            [
                *(TITLES[name], *_medians(columns, sizes, cost), _times(times), verdict(name, times)),
                *_medians(alone, sizes, p50),
                *(_times(growth(alone, sizes, value)) for value in (p50, postgres_cost)),
            ]
        )
    return _table(heads, rows)


def anybody(found: Found, sizes: list[str]) -> list[str]:
    """In PostgreSQL alone, by people whose number grows with the database."""
    heads = ["", *(f"{size}: ms" for size in _spelled(sizes)), "times", *(f"{s}: µs" for s in _spelled(sizes)), "times"]
    rows = []
    for name, columns in found.get(ANYBODY, {}).items():
        latency = [*_medians(columns, sizes, p50), _times(growth(columns, sizes, p50))]
        spent = [*_medians(columns, sizes, postgres_cost), _times(growth(columns, sizes, postgres_cost))]
        rows.append([TITLES[name], *latency, *spent])
    return _table(heads, rows)


def persons(found: Found) -> list[str]:
    """ms, and µs of processor time, by how many tasks the person has."""
    asked = found.get(PERSONS, {})
    owned = list(next(iter(asked.values()), {}))
    rows = []
    for title, columns in asked.items():
        pairs = zip(_medians(columns, owned, p50), _medians(columns, owned, cost), strict=True)
        rows.append([title, *(f"{latency} ms, {spent} µs" for latency, spent in pairs)])
    return _table(["", *_spelled(owned)], rows)


def processes(found: Found) -> list[str]:
    """Two beside one."""
    return _beside(found, PROCESSES, [ONE, TWO], [ONE])


def pooler(found: Found) -> list[str]:
    """PgBouncer beside none, with and without prepared statements."""
    return _beside(found, POOLER, [DIRECT, UNPREPARED, POOLED], [DIRECT, UNPREPARED])


def everything(found: Found) -> list[str]:
    """All medians."""
    rows = []
    for part, asked in found.items():
        for name, columns in asked.items():
            for column, runs in columns.items():
                seen = figures(runs)
                rows.append(
                    [
                        *(part, TITLES.get(name, name), _spell(column), f"{seen.rate:,.0f}"),
                        *(_number(value) for value in (seen.p50, seen.p95, seen.p99)),
                        *(
                            f"{seen.slowest:.0f}",
                            str(seen.errors),
                            f"{seen.server:,.0f}" if seen.server else "",
                            f"{seen.postgres:,.0f}",
                        ),
                        f"{seen.neighbours:.2f}",
                    ]
                )
    return _table(["", "", "", *_EVERYTHING], rows)


def verdict(name: str, times: float | None) -> str:
    """Whether the goal is reached, where there is one."""
    if times is None or name not in JUDGED:
        return ""
    return f"{'reached' if times <= GOAL else 'missed'}: {GOAL}"


def _beside(found: Found, part: str, columns: list[str], bases: list[str]) -> list[str]:
    last = columns[-1]
    heads = [
        *("", *(f"{name}: a second" for name in columns), *(f"times {base}" for base in bases)),
        *(f"{name}: {unit}" for unit in ("p99 ms", "µs") for name in columns),
        "errors",
    ]
    rows = [
        [
            *(TITLES[name], *_medians(runs, columns, rate)),
            *(_times(growth(runs, [base, last], rate)) for base in bases),
            *(*_medians(runs, columns, p99), *_medians(runs, columns, cost)),
            str(sum(run.errors for each in runs.values() for run in each)),
        ]
        for name, runs in found.get(part, {}).items()
    ]
    return _table(heads, rows)


def _medians(columns: Columns, names: list[str], value: Value) -> list[str]:
    return [_number(middle(columns[name], value)) if name in columns else "" for name in names]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _spelled(names: list[str]) -> list[str]:
    return [_spell(name) for name in names]


def _spell(name: str) -> str:
    return f"{int(name):,}" if name.isdigit() else name


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
