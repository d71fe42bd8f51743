"""The session in docs/console.md is what the program says: run here as people run it, and compared to the letter.

Where it differs, the failure shows the session as it is now: that goes into the document.
"""

import json
import re
import shlex
from pathlib import Path

from tests.conftest import Person, Server
from tests.console.calls import run

DOCS = Path(__file__).parents[2] / "docs" / "console.md"
SESSION = DOCS.read_text().split("## A session\n", 1)[1].split("\n## ", 1)[0]
FILE = [
    {"id": 1, "title": "Call Grace", "description": "about the engine", "completed": False},
    {"id": 2, "title": "Buy milk 🥛", "completed": True},
    {"id": 3, "title": ""},
]


def test_the_session_is_as_it_is_told(server: Server, ada: Person, tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(FILE))
    real = {"https://todo.example.org": server.url, "ada@example.com": ada.email}
    session = []
    for line in re.findall(r"^    \$ (.*)$", SESSION, re.MULTILINE):
        words = shlex.split(line.replace(" <password", ""))[1:]
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
