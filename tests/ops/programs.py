"""The programs of Debian that judge or run the files of `ops/`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

OPS = Path(__file__).parents[2] / "ops"


def program(name: str, package: str) -> str:
    """Where it is. In CI a missing one is a failure, elsewhere the test is left out."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        say = pytest.fail if os.environ.get("TODO_CI") else pytest.skip
        say(f"{name} is not installed: apt-get install {package}")
    return found


def judged(*command: str | Path) -> str:
    """What it said. Raises where it found fault."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
