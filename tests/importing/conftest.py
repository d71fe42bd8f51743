"""The command as an operator runs it, beside the server under test."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.main import main
from tests.conftest import BIN, Server, clean_environment

DATA = Path(__file__).parents[1] / "data"


@dataclass
class Run:
    """What a command said."""

    status: int
    output: str
    errors: str

    @property
    def report(self) -> dict[str, Any]:
        assert self.status == 0, self.errors
        report: dict[str, Any] = json.loads(self.output)
        return report

    @property
    def refusal(self) -> str:
        """The one line that says why nothing happened."""
        assert self.status == 1
        last: str = self.errors.splitlines()[-1]
        assert "Traceback" not in self.errors
        return last


@dataclass
class Command:
    """`todo-server import-json` on the database of `server`, with files in `folder`."""

    server: Server
    folder: Path

    def arguments(self, file: Path | str, *options: str) -> list[str]:
        return [str(BIN / "todo-server"), "import-json", str(file), *options, "--data-dir", str(self.server.data_dir)]

    def environment(self, **variables: str) -> dict[str, str]:
        """The command's, as a process of its own."""
        return clean_environment(**self.server.beside, **variables)

    def __call__(self, file: Path | str, *options: str) -> Run:
        """Within this process, which saves its start."""
        variables = dict.fromkeys(os.environ.keys() - clean_environment().keys()) | self.server.beside
        arguments = self.arguments(self.folder / file, *options)[1:]
        done = CliRunner(env=variables).invoke(main, arguments)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Run(done.exit_code, done.stdout, done.stderr)

    def apart(self, file: Path | str, *options: str, **variables: str) -> Run:
        """As a process of its own."""
        done = subprocess.run(
            self.arguments(file, *options),
            env=self.environment(**variables),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def sample(self, name: str) -> Path:
        """A copy of a sample file."""
        return Path(shutil.copy(DATA / f"{name}.json", self.folder))

    def file(self, records: Sequence[object], name: str = "tasks.json") -> Path:
        """A file of these records."""
        path = self.folder / name
        path.write_text(json.dumps(records))
        return path


@pytest.fixture
def command(server: Server, tmp_path: Path) -> Command:
    return Command(server, tmp_path)


@pytest.fixture
def sample() -> Callable[[str], Any]:
    """The records of a sample."""
    return lambda name: json.loads((DATA / f"{name}.json").read_text())
