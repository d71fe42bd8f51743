"""A machine for one document: a folder in the place of the checkout, a home, and the programs that its commands name.

The commands of its blocks run as they stand, in their order, but for what `names` replaces (host, port, paths, the id of a
backup) and for the programs in `programs/` that stand in for a terminal and for systemd.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import BIN, PASSWORD, Server, clean_environment, start_server
from tests.docs.pages import ROOT, Block, blocks_of

PROGRAMS = Path(__file__).parent / "programs"
_NEWEST = "$(ls data/backups/logical | sort | tail -n 1)"
_VARIES = (
    (r"\d{8}T\d{6}Z-[0-9a-f]{6}", "BACKUP"),
    (r"signed by \S+", "signed by KEY"),
    (r"\d+(?:[.:-]\d+)*", "N"),
)


@dataclass
class Stage:
    """`names` are replaced in what is run, `variables` are those of the shell; the blocks that are left are still to be run."""

    folder: Path
    left: list[Block]
    names: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    server: Server | None = None

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def todo_env(self) -> Path:
        """The service's variables, of which only systemd and todo-admin know."""
        return self.folder / "todo.env"

    def install_admin(self, *variables: str) -> None:
        """todo-admin of `ops/systemd`, and the variables of the service, each as NAME=VALUE."""
        self.names["/etc/todo/todo.env"] = str(self.todo_env)
        self.todo_env.write_text("".join(f"{variable}\n" for variable in variables))
        here = self.names | {"/opt/todo": str(self.folder), "/var/lib/todo": str(self.data_dir)}
        admin = self.folder / ".venv" / "bin" / "todo-admin"
        admin.write_text(_replaced((ROOT / "ops" / "systemd" / "todo-admin").read_text(), here))
        admin.chmod(0o755)

    def serve(self, **variables: str) -> Server:
        """On the data directory, and at the address that the documents name."""
        self.server = start_server(self.data_dir, **variables)
        self.names["http://127.0.0.1:8000"] = self.server.url
        return self.server

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()
            self.server = None

    def run(self, beginning: str) -> str:
        """The next block, which must begin like this; what it said. Fails where a command fails or says something else."""
        block = self.left.pop(0)
        assert block.text.startswith(beginning), f"{block.name} is next, and begins otherwise"
        if not block.session:
            return self.shell(block.script, block.name)
        whole = ""
        for command, told in block.session:
            whole += (said := self.shell(command, block.name))
            assert not told or _shape(said) == _shape(self._named(told)), f"{block.name}: {command} says\n{said}"
        return whole

    def shell(self, script: str, name: str) -> str:
        """What it prints on standard output."""
        path = f"{self.folder}/.venv/bin:{PROGRAMS}:{BIN}:{os.environ['PATH']}:/usr/sbin"
        own = {"HOME": str(self.folder / "home"), "PATH": path, "PASSWORD": PASSWORD, "PROGRAMS": str(BIN)}
        own |= {"TODO_DATA_DIR": str(self.data_dir), "TODO_BACKUPS": "off", "SERVICE": str(self.folder / "service")}
        own |= {"TODO_ENV": str(self.todo_env)}
        done = subprocess.run(
            ["/usr/bin/env", "bash", "-euo", "pipefail", "-c", self._named(script)],
            env=clean_environment(**own | self.variables),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
        return done.stdout

    def _named(self, text: str) -> str:
        return _replaced(text, {"ID": _NEWEST} | self.names)


def _replaced(text: str, names: dict[str, str]) -> str:
    for name, real in names.items():
        text = real.join(re.split(rf"(?<!\w){re.escape(name)}(?!\w)", text))
    return text


def _shape(text: str) -> list[str]:
    for pattern, word in _VARIES:
        text = re.sub(pattern, word, text)
    return text.splitlines()


@contextmanager
def stage_of(document: str, folder: Path) -> Iterator[Stage]:
    """For all of its blocks: one that was not run is a failure."""
    (folder / "home").mkdir()
    (folder / ".venv" / "bin").mkdir(parents=True)
    for program in ("todo", "pip"):
        (folder / ".venv" / "bin" / program).symlink_to(BIN / program)
    (folder / ".venv" / "bin" / "todo-server").symlink_to(PROGRAMS / "todo-server")
    for name in ("requirements", "backend", "tests"):
        (folder / name).symlink_to(ROOT / name)
    stage = Stage(folder, [block for block in blocks_of(document) if block.script])
    try:
        yield stage
        assert not stage.left, f"not run: {[block.name for block in stage.left]}"
    finally:
        stage.stop()
        if (folder / "service.pid").exists():
            stage.shell("systemctl stop todo", document)
