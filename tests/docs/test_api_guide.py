"""What `docs/api.md` shows runs as it stands, in each of its languages, and does what it says."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PASSWORD, Server, start_server

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "api.md").read_text()


def blocks(language: str) -> str:
    """All of the guide's code in it, in order."""
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    served = start_server(tmp_path_factory.mktemp("guide"))
    yield served
    served.stop()


@pytest.mark.parametrize(
    ("language", "program", "person", "titles"),
    [
        ("bash", ["bash", "-eu", "-o", "pipefail"], "ada", []),
        ("python", [sys.executable], "grace", ["Buy oat milk", *(f"Chapter {n}" for n in range(1, 201))]),
        ("js", [ROOT / "bin" / "with-node", "node"], "joan", ["Buy milk"]),
    ],
)
def test_the_guide_runs(
    language: str, program: list[str | Path], person: str, titles: list[str], server: Server, tmp_path: Path
) -> None:
    script = tmp_path / f"guide.{'mjs' if language == 'js' else language}"
    script.write_text(blocks(language))
    done = subprocess.run(
        [*program, script], env=os.environ | {"A": server.url}, capture_output=True, text=True, timeout=120, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with server.client() as client:
        account = client.post("/api/auth/login", json={"email": f"{person}@example.com", "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {account.json()['token']['access_token']}"
        left = client.get("/api/v1/tasks", params={"limit": 1000}).json()["tasks"]
        assert [task["title"] for task in left] == titles
        assert all(not task["completed"] for task in left) == (language != "js")
