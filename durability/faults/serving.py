"""`todo-server serve` as a process of its own, on a port that is free, until its context ends."""

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

_SERVING = re.compile(r"Serving on (http://\S+)")
_OURS = re.compile(r"TODO_|JWT_|ACCESS_TOKEN|(NEON_)?DATABASE_URL|PUBLIC_URL|REGISTRATION|ALLOWED_|TRUSTED_|PENTEST_")
_STOP_SECONDS = 60.0
SHIPPED = (str(Path(sys.executable).parent / "todo-server"),)


@contextlib.asynccontextmanager
async def serving(
    folder: Path, log: list[str], variables: Mapping[str, str], *, workers: int = 1, program: Sequence[str] = SHIPPED
) -> AsyncIterator[str]:
    """Its URL. Of our own variables it knows `variables` alone; `log` grows while it speaks. Raises `SystemExit`."""
    process = await asyncio.create_subprocess_exec(
        *(*program, "serve", "--port", "0", "--workers", str(workers)),
        env={name: value for name, value in os.environ.items() if not _OURS.match(name)} | dict(variables),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=2**20,
    )
    assert process.stdout is not None  # noqa: S101 - it was asked for
    reading: asyncio.Task[None] | None = None
    try:
        while line := (await process.stdout.readline()).decode(errors="replace"):
            log.append(line)
            if found := _SERVING.search(line):
                reading = asyncio.create_task(_read_on(process.stdout, log))
                yield found[1]
                return
        raise SystemExit(f"The server did not start: {''.join(log)}")
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        if reading is not None:
            await reading


async def _read_on(stream: asyncio.StreamReader, log: list[str]) -> None:
    while line := await stream.readline():
        log.append(line.decode(errors="replace"))
