"""The picture: how cost grows with the database (left) and with the tasks of one person (right), as SVG.

Drawn on a white ground of its own, so that it reads the same on a light page and on a dark one.
"""

from dataclasses import dataclass
from html import escape

from bench.scale.axes import Axis, linear, logarithmic
from bench.scale.figures import cost, growth, middle
from bench.scale.growth import API
from bench.scale.persons import PERSONS
from bench.scale.stage import Found
from bench.scale.tables import GOAL, TITLES

_COLOURS = {"list": "#0072b2", "search": "#d55e00", "get": "#009e73", "create": "#cc79a7", "toggle": "#7a5c00"}
"""By the first word of what is asked; the first four as Okabe and Ito chose them, for eyes that see colours differently."""
_WIDTH, _HEIGHT, _TOP, _BOTTOM = 980, 440, 56, 300
Line = list[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """Lines by their names, on axes with titles."""

    lines: dict[str, Line]
    x: Axis
    y: Axis
    title: str
    x_title: str
    y_title: str
    y_form: str


def picture(found: Found, sizes: list[str]) -> str:
    """The whole of it. A panel for which nothing was measured is left out."""
    panels = [panel for panel in (_by_size(found, sizes), _by_person(found)) if panel]
    inside = "\n".join(line for panel in panels for line in _drawn(panel))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        ' font-family="system-ui, sans-serif" font-size="12" fill="#222">\n'
        f"<title>How cost grows with the database, and with the tasks of a person</title>\n"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n{inside}\n</svg>\n'
    )


def _by_size(found: Found, sizes: list[str]) -> Panel | None:
    lines: dict[str, Line] = {}
    for name, columns in found.get(API, {}).items():
        first = f"{TITLES[name]}, at first {middle(columns[sizes[0]], cost):,.0f} µs"
        ratios = [(float(size), growth(columns, [sizes[0], size], cost)) for size in sizes]
        lines[first] = [(size, ratio) for size, ratio in ratios if ratio is not None]
    if not lines:
        return None
    numbers = [float(size) for size in sizes]
    x = logarithmic(numbers, 70, 460, numbers)
    y = linear([0.8, 1.4, *(ratio for line in lines.values() for _, ratio in line)], _BOTTOM, _TOP, 0.1)
    title = "Processor time a request, beside the smallest database"
    return Panel(lines, x, y, title, "tasks in the database", f"times that of {int(sizes[0]):,} tasks", ".1f")


def _by_person(found: Found) -> Panel | None:
    asked = found.get(PERSONS, {})
    lines = {
        title: [(float(owned), middle(runs, cost) / 1000) for owned, runs in columns.items()]
        for title, columns in asked.items()
    }
    if not lines:
        return None
    owned = sorted({tasks for line in lines.values() for tasks, _ in line})
    y = logarithmic([spent for line in lines.values() for _, spent in line], _BOTTOM, _TOP)
    return Panel(
        lines,
        logarithmic(owned, 570, 945, owned),
        y,
        "Processor time a request, by the tasks of one person",
        "tasks of the person",
        "ms of server and PostgreSQL",
        "g",
    )


def _drawn(panel: Panel) -> list[str]:
    x, y = panel.x, panel.y
    middle_x, middle_y = (x.start + x.end) / 2, (y.start + y.end) / 2
    parts = [_text(middle_x, 26, panel.title, 'text-anchor="middle" font-size="13" font-weight="600"')]
    for tick in y.ticks:
        place = y.place(tick)
        parts.append(f'<path d="M{x.start} {place:.1f}H{x.end}" stroke="#ddd"/>')
        parts.append(_text(x.start - 8, place + 4, format(tick, panel.y_form), 'text-anchor="end"'))
    for tick in x.ticks:
        parts.append(f'<path d="M{x.place(tick):.1f} {y.start}v5" stroke="#222"/>')
        parts.append(_text(x.place(tick), y.start + 19, f"{tick:,.0f}", 'text-anchor="middle"'))
    parts.append(f'<path d="M{x.start} {y.end}V{y.start}H{x.end}" fill="none" stroke="#222"/>')
    parts.append(_text(middle_x, y.start + 38, panel.x_title, 'text-anchor="middle"'))
    turned = f'text-anchor="middle" transform="rotate(-90 {x.start - 44} {middle_y})"'
    parts.append(_text(x.start - 44, middle_y, panel.y_title, turned))
    if not y.logarithmic:
        parts.append(f'<path d="M{x.start} {y.place(GOAL):.1f}H{x.end}" stroke="#b00020" stroke-width="1.5"/>')
        parts.append(_text(x.start + 6, y.place(GOAL) - 5, f"goal: at most {GOAL}", 'fill="#b00020"'))
    drawn: set[str] = set()
    for number, (name, line) in enumerate(panel.lines.items()):
        colour = _COLOURS[name.split()[0].rstrip(",")]
        style = f'stroke="{colour}" stroke-width="2"' + (' stroke-dasharray="6 4"' if colour in drawn else "")
        drawn.add(colour)
        points = [(x.place(tasks), y.place(value)) for tasks, value in line]
        path = " ".join(f"{across:.1f},{up:.1f}" for across, up in points)
        parts.append(f'<polyline points="{path}" fill="none" {style}/>')
        parts += [f'<circle cx="{a:.1f}" cy="{u:.1f}" r="3.5" fill="{colour}"/>' for a, u in points]
        left, up = x.start + number % 2 * 205, y.start + 68 + number // 2 * 22
        parts.append(f'<path d="M{left} {up}h30" {style}/>')
        parts.append(_text(left + 38, up + 4, name, ""))
    return parts


def _text(x: float, y: float, words: str, more: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(words)}</text>'
