"""The session in docs/console.md is what the program says: run here as people run it, and compared to the letter.

Where it differs, the failure shows the session as it is now: that goes into the document.
"""

import asyncio
import re
import shlex
from pathlib import Path

from console import arguments
from console.menu.app import Menu
from console.places import tasks
from tests.conftest import Person, Server
from tests.console.calls import Console, run

DOCS = Path(__file__).parents[2] / "docs" / "console.md"
SESSION = DOCS.read_text().split("## A session\n", 1)[1].split("\n## ", 1)[0]
FILE = [
    {"id": 1, "title": "Call Grace", "description": "about the engine", "completed": False},
    {"id": 2, "title": "Buy milk 🥛", "completed": True},
    {"id": 3, "title": ""},
]


async def screen() -> str:
    """What `todo menu` shows at first on a terminal of 80 columns and 24 lines, in a frame."""
    menu = Menu(tasks(arguments.read(["menu"])))
    async with menu.run_test(size=(80, 24)) as pilot:
        await menu.workers.wait_for_complete()
        await pilot.pause()
        lines = [strip.text for strip in menu.screen._compositor.render_strips()]
    assert len(lines) == 24
    return "\n".join([f"┌{'─' * 80}┐", *(f"│{line}│" for line in lines), f"└{'─' * 80}┘"])


def test_the_session_is_as_it_is_told(server: Server, ada: Person, todo: Console) -> None:
    path = todo.path
    todo.holds(FILE)
    real = {"https://todo.example.org": server.url, "ada@example.com": ada.email}
    session = []
    for line in re.findall(r"^    \$ (.*)$", SESSION, re.MULTILINE):
        words = shlex.split(line.replace(" <password", ""))[1:]
        if words == ["menu"]:
            session += [f"$ {line}", *asyncio.run(screen()).splitlines()]
            continue
        told = run(
            [real.get(word, word) for word in words],
            path,
            input=f"{ada.password}\n".encode() if "<password" in line else b"",
        )
        text = f"$ {line}\n{told.err}{told.out}"
        for shown, meant in real.items():
            text = text.replace(meant, shown)
        text = text.replace(str(path), "~/.todo_data.json").replace(ada.id, "01a2040f-0c6a-7aa1-bed9-33a026068e34")
        session += re.sub(r"20\d\d-\d\d-\d\dT[\d:.]+Z", "2026-11-22T16:20:26.310940Z", text).splitlines()
    now = "".join(f"    {line}".rstrip() + "\n" for line in session)
    told_there = "".join(line + "\n" for line in SESSION.splitlines() if line.startswith("    "))
    assert now == told_there, f"\n{now}"
