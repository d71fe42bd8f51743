"""The page's own unit tests, and whether its types are those of the API as it is now."""

import os
import signal
import subprocess
from pathlib import Path

from tests.conftest import clean_environment

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "frontend"


def npm(*arguments: str, **variables: str) -> None:
    process = subprocess.Popen(
        [ROOT / "bin" / "with-node", "npm", "--prefix", PAGE, "run", "--silent", *arguments],
        env=clean_environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        # npm's own children would live on.
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        raise AssertionError(f"no end within two minutes: {output}") from None
    assert process.returncode == 0, output


def test_unit_tests_of_the_page() -> None:
    npm("test")


def test_the_pages_types_are_those_of_the_api(tmp_path: Path) -> None:
    made = tmp_path / "schema.d.ts"
    npm("types", TYPES_FILE=str(made))
    assert made.read_text() == (PAGE / "src/api/schema.d.ts").read_text(), "out of date: make types"


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (PAGE / "package-lock.json").read_text()
