"""What the tests of the embedded PostgreSQL share: processes that hold one, and questions to it."""

import asyncio
import json
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg

from api.database.embedded import process_table

PROMISED_BACK = 10.0
"""Seconds after which requests succeed again when PostgreSQL died under a running server."""
NOBODY = 65534


class Holder:
    """A process that holds a PostgreSQL (holder.py)."""

    def __init__(self, data_dir: Path, kind: str, *user: str) -> None:
        command = [sys.executable, str(Path(__file__).with_name("holder.py")), str(data_dir), kind, *user]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd="/", text=True)
        self._answer: dict[str, str] = {}

    def answer(self, seconds: float = 60) -> dict[str, str]:
        """Its URLs, or its refusal."""
        if not self._answer:
            assert self.process.stdout
            assert select.select([self.process.stdout], [], [], seconds)[0], "no answer in time"
            self._answer = json.loads(self.process.stdout.readline() or self._died())
        return self._answer

    @property
    def url(self) -> str:
        assert "url" in self.answer(), self.answer()
        return self.answer()["url"]

    @property
    def error(self) -> str:
        return self.answer()["error"]

    def let_go(self) -> None:
        """Tell it to leave the context, without waiting for it."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.stdin = None

    def end(self) -> str:
        """Let it leave the context; what it said on stderr."""
        return self.process.communicate(timeout=60)[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _died(self) -> str:
        raise AssertionError(self.process.communicate()[1])


def end_all(data_dir: Path) -> None:
    for cluster in (data_dir / "postgres", data_dir / "postgres.new"):
        process_table.send(list(process_table.of_cluster(cluster)), signal.SIGKILL)
        assert process_table.gone_within(10, cluster)


def execute(url: str, statement: str) -> Any:
    """The first value that `statement` returns."""

    async def run() -> Any:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


def execute_until(url: str, statement: str, seconds: float) -> Any:
    """The same, tried again until it succeeds."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return execute(url, statement)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            assert time.monotonic() < deadline, f"no answer within {seconds} s"
            time.sleep(0.05)


def postmaster(data_dir: Path) -> int:
    """The process id of the PostgreSQL that works there."""
    (found,) = process_table.heads(process_table.of_cluster(data_dir / "postgres"))
    return found


def is_stopped(data_dir: Path) -> bool:
    return not process_table.of_cluster(data_dir / "postgres")
