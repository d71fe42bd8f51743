"""What a quick command must not load: each of these would cost more than the command itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "argparse", "asyncio", "concurrent", "csv", "dataclasses", "email", "hashlib", "http", "httpx", "inspect", "logging",
    "rich", "socket", "sqlalchemy", "ssl", "subprocess", "tempfile", "textual", "unicodedata", "urllib3", "uuid", "zoneinfo",
}  # fmt: skip


@pytest.mark.parametrize("words", [["list"], ["list", "--json"], ["add", "x"], ["complete", "1"], ["undo"]])
def test_a_quick_command_loads_little(path: Path, words: list[str]) -> None:
    code = f"""
import sys
before = set(sys.modules)
from console.main import main
sys.argv = ["todo", *{words!r}]
main()
print("\\n" + " ".join(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})))
"""
    # `-S`: how the package is installed is no matter of the program.
    folder = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=folder,
        env={**os.environ, "TODO_STORAGE_FILE": str(path)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {"json", "console", "todo"} <= loaded
    assert loaded & HEAVY == set()
