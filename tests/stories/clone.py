"""A fresh clone of the repository, used as a new user would: by `make run` and the commands that it leaves behind."""

import json
import os
import re
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx

from tests.conftest import NO_TLS, clean_environment

ROOT = Path(__file__).parents[2]
START_SECONDS = 900
"""For everything that a new machine needs, over a network that somebody else uses too."""


class Clone:
    """The checkout, and the server that runs from it."""

    def __init__(self, place: Path) -> None:
        subprocess.run(["/usr/bin/env", "git", "clone", "--quiet", "--no-local", ROOT, place / "todo"], check=True)
        self.folder = place / "todo"
        self.home = place / "home"
        self.home.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """`make run`, until it serves."""
        with (self.folder.parent / "run.log").open("a") as log:
            self.process = subprocess.Popen(
                ["/usr/bin/env", "make", "run", f"PORT={self.port}"],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        deadline = monotonic() + START_SECONDS
        while True:
            try:
                if httpx.get(f"{self.url}/health/ready", verify=NO_TLS, timeout=30).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            log_text = (self.folder.parent / "run.log").read_text()
            assert self.process.poll() is None, log_text
            assert monotonic() < deadline, log_text
            sleep(0.2)

    def stop(self) -> None:
        """Ctrl-C."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(60)

    def crash(self) -> None:
        """Everything that belongs to the server ends at once, PostgreSQL too."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if str(self.folder).encode() in process.read_bytes():
                    os.kill(int(process.parent.name), signal.SIGKILL)
        self.process.wait(60)

    def run(self, program: str, *words: str, typed: str = "", code: int = 0, **variables: str) -> str:
        """What `todo` or `todo-server` prints, in this home. Fails unless it ends with `code`."""
        done = subprocess.run(
            [self.folder / ".venv" / "bin" / program, *words],
            cwd=self.folder,
            env=self._environment() | variables,
            input=typed,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def operator(self, *words: str, typed: str = "") -> Any:
        """What `todo-server ... --json` answers."""
        return json.loads(self.run("todo-server", *words, "--json", "--data-dir", "./data", typed=typed))

    def client(self, token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, verify=NO_TLS, timeout=60)

    def register(self, email: str, password: str) -> str:
        """A new account; its access token."""
        with self.client() as client:
            answer = client.post("/api/auth/register", json={"email": email, "password": password})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"]["access_token"])

    def sign_in(self, email: str, password: str) -> httpx.Response:
        with self.client() as client:
            return client.post("/api/auth/login", json={"email": email, "password": password})

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in clean_environment().items() if not re.match("VIRTUAL_ENV|MAKE|MFLAGS", name)
        }
        return kept | {
            "HOME": str(self.home),
            "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache/pip")),
        }
