"""The server of a drill, as its own processes, and the data that it works on."""

import asyncio
import re
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from api.database.embedded import process_table
from api.database.embedded.owner_role import addresses
from api.database.embedded.place import Place
from backup.drill.client import Client, NoAnswer
from backup.drill.environment import environment
from backup.drill.keyring import Keyring
from backup.errors import BackupError
from backup.physical.programs import last_words

Result = TypeVar("Result")

PASSWORD = secrets.token_urlsafe(16)
_EMAIL = "drill@example.com"
_LONGEST_START = 120.0
"""Seconds."""


@dataclass
class Stage:
    """`command` is todo-server; everything lies below `folder`. With `keys` its backups are encrypted; `operator` has some."""

    folder: Path
    command: Sequence[str]
    keys: Keyring | None = None
    operator: Keyring | None = None
    backups: str = "on"
    url: str = ""
    _process: subprocess.Popen[bytes] | None = None
    _output: list[bytes] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return Place(self.folder / "data")

    @property
    def root(self) -> Path:
        return self.folder / "backups"

    def run(self, *arguments: str) -> None:
        """A command of todo-server. Raises `BackupError` with its sentence."""
        done = subprocess.run(
            [*self.command, *arguments, "--data-dir", str(self.place.data_dir)],
            env=self._environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise BackupError(f"`{' '.join(arguments)}` failed in the drill: {last_words(done.stderr)}")

    def restore(self, *what: str) -> None:
        """`backup restore`, with the operator's keys. Raises `BackupError`."""
        self.run("backup", "restore", *what, *(self.keys.options if self.keys else ()))

    def serve(self) -> None:
        """Start the server and wait until it serves."""
        self._process = subprocess.Popen(
            [*self.command, "serve", "--port", "0", "--data-dir", str(self.place.data_dir)],
            env=self._environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        served, said = threading.Event(), list[bytes]()
        threading.Thread(target=self._listen, args=(self._process, served, said), daemon=True).start()
        if not served.wait(_LONGEST_START) or not self.url:
            self.kill()
            raise BackupError(f"The drill's server did not start: {last_words(b''.join(said))}")

    def _listen(self, process: subprocess.Popen[bytes], served: threading.Event, said: list[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        self.url = ""
        with process.stdout as output:
            for line in output:
                said.append(line)
                found = re.search(rb"Serving on (http://\S+)", line)
                if found:
                    self.url = found[1].decode()
                    served.set()
        served.set()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(60)

    def kill(self) -> None:
        """End the server, its workers, its PostgreSQL and the log's receiver as a power failure would, without a goodbye."""
        victims = list(process_table.of_cluster(self.place.cluster))
        if self._process is not None:
            victims += [self._process.pid, *_children_of(self._process.pid)]
        process_table.send(victims, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(60)
        process_table.gone_within(10, self.place.cluster)

    def sign_in(self, *, first: bool = False) -> str:
        """A token of the one person there is."""
        client = Client(self.url)
        return client.register(_EMAIL, PASSWORD) if first else client.sign_in(_EMAIL, PASSWORD)

    def first_write(self, since: float) -> float:
        """Seconds from `since` (`time.monotonic`) until the server has taken a task."""
        while True:
            try:
                Client(self.url, self.sign_in()).add("The first after the disaster")
            except NoAnswer:
                time.sleep(0.05)
            else:
                return time.monotonic() - since

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """What `question`, a coroutine function, makes of a superuser's connection."""
        return asyncio.run(self._asked(question))

    async def _asked(self, question: Callable[[Any], Any]) -> Any:
        url = addresses(self.place).superuser_url
        connection = await asyncpg.connect(url, timeout=10, statement_cache_size=0, ssl=False)
        try:
            return await question(connection)
        finally:
            await connection.close(timeout=5)

    def _environment(self) -> dict[str, str]:
        return environment(self.root, self.backups, self.keys)


def _children_of(server: int) -> list[int]:
    children = Path(f"/proc/{server}/task").glob("*/children")
    return [int(word) for path in children for word in path.read_text(encoding="ascii").split()]
